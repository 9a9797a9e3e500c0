package io.apprentice.learning.step;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one gradient step measured, each term weighted as in the total.
 *
 * @param segmentation focal loss of the cells
 * @param regression object-space loss of the positive cells' votes
 * @param alignment distance between the student's and the teacher's local predictions
 * @param features distance between the student's and the teacher's feature pyramids
 * @param patches auxiliary surface-patch loss
 * @param gradientNorm length of the gradient before clipping
 * @param applied false if loss or gradient was not finite and the step was therefore skipped
 */
public record StepLosses(
        double segmentation,
        double regression,
        double alignment,
        double features,
        double patches,
        double gradientNorm,
        boolean applied) {

    /** The sum that is minimised. */
    public double total() {
        return segmentation + regression + alignment + features + patches;
    }

    /** The mean of each term, 0 without steps. Applied if any step was. */
    public static StepLosses average(List<StepLosses> steps) {
        return new StepLosses(
                mean(steps, StepLosses::segmentation),
                mean(steps, StepLosses::regression),
                mean(steps, StepLosses::alignment),
                mean(steps, StepLosses::features),
                mean(steps, StepLosses::patches),
                mean(steps, StepLosses::gradientNorm),
                steps.stream().anyMatch(StepLosses::applied));
    }

    private static double mean(List<StepLosses> steps, ToDoubleFunction<StepLosses> term) {
        return steps.stream().mapToDouble(term).average().orElse(0);
    }
}
