package io.apprentice.learning.step;

import java.util.List;

/**
 * The loss's weights and the optimizer's constants.
 *
 * @param segmentation weight of the focal loss, summed over the batch
 * @param regression weight of the object-space loss, summed over the positive cells of the batch
 * @param alignments how the student is aligned with the teacher, each summed over the images that have one; their sum
 *     counts
 * @param features weight of the feature distillation, summed over the images that have the teacher's features
 * @param patches weight of the surface-patch loss, averaged over cells and summed over images
 * @param weightDecay decoupled weight decay
 * @param clip largest length of the gradient
 * @param averaging share of the old average kept per step in the average of the weights, 0 (none) to below 1
 */
public record TrainingSettings(
        double segmentation,
        double regression,
        List<AlignmentSettings> alignments,
        double features,
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
        alignments = List.copyOf(alignments);
        requireAtLeastZero("features", features);
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
}
