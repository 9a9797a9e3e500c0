package io.apprentice.pose.alignment;

import io.apprentice.pose.prediction.KeypointVotes;

/** A distance between a student's and a teacher's local predictions in one image, with its gradient. */
public interface Alignment {

    /**
     * Value and gradient.
     *
     * @param value the distance, at least about 0
     * @param massPart how much of the value a difference of total weight alone would make, at the limit of many sweeps; 0 where
     *     masses are normalised. The rest is owed to positions.
     * @param byPoints gradient with respect to the student's votes per frame pixel, same layout as its points
     * @param byLogits gradient with respect to the student's logits, one per cell
     */
    record Result(double value, double massPart, double[] byPoints, double[] byLogits) {

        /** Zero, without a gradient. */
        static Result none(double[] student, double[] logits) {
            return new Result(0, 0, new double[student.length], new double[logits.length]);
        }

        /** Not a number, for a student whose output is not finite: its training step is to be passed over. */
        static Result undefined(double[] student, double[] logits) {
            return new Result(Double.NaN, 0, new double[student.length], new double[logits.length]);
        }
    }

    /**
     * Measures one image. Safe for use by several threads.
     *
     * @param student votes in frame pixels, [n, keypoints, 2]
     * @param logits the student's logit per cell, [n]
     * @param teacher votes in frame pixels and their probabilities
     * @param width frame width, pixels
     * @param height frame height, pixels
     * @return zeros if either has no cell; a value that is not a number if the student's output is not finite
     * @throws IllegalArgumentException if lengths disagree or the teacher's output is not finite
     */
    Result measure(double[] student, double[] logits, KeypointVotes teacher, int width, int height);
}
