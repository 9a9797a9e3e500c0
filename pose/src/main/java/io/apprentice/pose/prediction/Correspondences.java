package io.apprentice.pose.prediction;

/**
 * Points of an object and where they are seen.
 *
 * @param points object frame, metres, x y z each; not copied
 * @param pixels x y each; not copied
 * @param weights how much each counts, at least 0; not copied
 * @param perCell how many of them count as one of about ten cells that see an object, above 0
 */
public record Correspondences(double[] points, double[] pixels, double[] weights, double perCell) {

    /**
     * Checks lengths.
     *
     * @throws IllegalArgumentException naming both sides if they disagree
     */
    public Correspondences {
        int n = weights.length;
        if (points.length != 3 * n || pixels.length != 2 * n || !(perCell > 0)) {
            throw new IllegalArgumentException(
                    "correspondences: expected %d x 3 and x 2 numbers, and above 0 per cell, got %d, %d and %s"
                            .formatted(n, points.length, pixels.length, perCell));
        }
    }

    /** How many there are. */
    public int size() {
        return weights.length;
    }
}
