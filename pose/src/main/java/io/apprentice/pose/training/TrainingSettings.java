package io.apprentice.pose.training;

import io.apprentice.pose.alignment.Alignment;
import io.apprentice.pose.alignment.DistributionAlignment;
import io.apprentice.pose.alignment.PairwiseAlignment;
import io.apprentice.pose.alignment.SinkhornSettings;
import java.util.Optional;

/**
 * The loss's weights and the optimizer's constants.
 *
 * @param segmentation weight of the focal loss, summed over the batch
 * @param regression weight of the object-space loss, summed over the positive cells of the batch
 * @param alignment weight of the alignment with the teacher, summed over the images that have one
 * @param mode how the student is aligned with the teacher
 * @param setting constants of the alignment of distributions
 * @param patches weight of the surface-patch loss, averaged over cells and summed over images
 * @param weightDecay decoupled weight decay
 * @param clip largest length of the gradient
 * @param averaging share of the old average kept per step in the average of the weights, 0 (none) to below 1
 */
public record TrainingSettings(
        double segmentation,
        double regression,
        double alignment,
        AlignmentMode mode,
        AlignmentSetting setting,
        double patches,
        double weightDecay,
        double clip,
        double averaging) {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public TrainingSettings {
        requireAtLeastZero("segmentation", segmentation);
        requireAtLeastZero("regression", regression);
        requireAtLeastZero("alignment", alignment);
        requireAtLeastZero("patches", patches);
        requireAtLeastZero("weight decay", weightDecay);
        if (!(clip > 0)) {
            throw new IllegalArgumentException("clip: expected > 0, got " + clip);
        }
        if (!(averaging >= 0 && averaging < 1)) {
            throw new IllegalArgumentException("averaging: expected 0 to below 1, got " + averaging);
        }
    }

    private static void requireAtLeastZero(String name, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + ": expected a finite number >= 0, got " + value);
        }
    }

    /** For offline training on synthetic crops, without a teacher. */
    public static TrainingSettings offline() {
        return new TrainingSettings(0.1, 1, 0, AlignmentMode.NONE, AlignmentSetting.SCALE_AWARE, 1, 1e-4, 1, 0.998);
    }

    /** The alignment that is asked for; empty: none. */
    Optional<Alignment> alignmentLoss() {
        if (alignment == 0) {
            return Optional.empty();
        }
        return switch (mode) {
            case NONE -> Optional.empty();
            case PAIRWISE -> Optional.of(new PairwiseAlignment());
            case DISTRIBUTION ->
                Optional.of(
                        switch (setting) {
                            case OFFICIAL -> DistributionAlignment.official(SinkhornSettings.OFFICIAL);
                            case CONVERGED -> DistributionAlignment.official(SinkhornSettings.CONVERGED);
                            case SCALE_AWARE -> DistributionAlignment.scaleAware();
                        });
        };
    }
}
