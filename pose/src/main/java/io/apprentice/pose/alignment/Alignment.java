package io.apprentice.pose.alignment;

import io.apprentice.pose.prediction.KeypointVotes;

/** A distance between a student's and a teacher's local predictions in one image, with its gradient. */
public interface Alignment {

    /**
     * Value and gradient.
     *
     * @param value the distance, at least about 0
     * @param byPoints gradient with respect to the student's votes per frame pixel, same layout as its points
     * @param byLogits gradient with respect to the student's logits, one per cell
     */
    record Result(double value, double[] byPoints, double[] byLogits) {}

    /**
     * Measures one image.
     *
     * @param student votes in frame pixels, [n, keypoints, 2]
     * @param logits the student's logit per cell, [n]
     * @param teacher votes in frame pixels and their probabilities
     * @param width frame width, pixels
     * @param height frame height, pixels
     * @return zeros if either has no cell
     */
    Result measure(double[] student, double[] logits, KeypointVotes teacher, int width, int height);
}
