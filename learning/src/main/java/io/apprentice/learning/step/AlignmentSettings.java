package io.apprentice.learning.step;

import io.apprentice.pose.alignment.Alignment;
import io.apprentice.pose.alignment.DistributionAlignment;
import io.apprentice.pose.alignment.PairwiseAlignment;
import io.apprentice.pose.alignment.SinkhornSettings;
import java.util.Optional;

/**
 * How the student's local predictions are drawn to the teacher's.
 *
 * @param mode which loss
 * @param lambda its weight in the total, at least 0
 * @param setting constants of the alignment of distributions
 * @param threads how many may work on a batch; the result does not depend on it
 */
public record AlignmentSettings(AlignmentMode mode, double lambda, AlignmentSetting setting, int threads) {

    /** Scale-aware, which acts on positions from the start. */
    public static final AlignmentSettings DEFAULT =
            new AlignmentSettings(AlignmentMode.DISTRIBUTION, 2, AlignmentSetting.SCALE_AWARE, 1);

    /** The official weight: 5, over images of which the official code takes the mean of a batch of 16. */
    public static final double OFFICIAL_LAMBDA = 5.0 / 16;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public AlignmentSettings {
        Checks.notNegative("lambda", lambda);
        Checks.require(threads >= 1 && threads <= 256, "threads", threads, "1 to 256");
    }

    /** The chosen loss; empty: none. */
    Optional<Alignment> loss() {
        if (lambda == 0) {
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
