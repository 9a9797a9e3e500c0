package io.apprentice.pose.training;

/**
 * What one gradient step measured, each term weighted as in the total.
 *
 * @param segmentation focal loss of the cells
 * @param regression object-space loss of the positive cells' votes
 * @param alignment distance between the student's and the teacher's local predictions
 * @param patches auxiliary surface-patch loss
 * @param gradientNorm length of the gradient before clipping
 * @param applied false if loss or gradient was not finite and the step was therefore passed over
 */
public record StepLosses(
        double segmentation,
        double regression,
        double alignment,
        double patches,
        double gradientNorm,
        boolean applied) {

    /** The sum that is minimised. */
    public double total() {
        return segmentation + regression + alignment + patches;
    }
}
