package io.apprentice.pose.solve;

import java.util.Arrays;

/**
 * Estimates a network's error at a keypoint from its votes.
 *
 * <pre>
 * sigma = 6.15 * m * sqrt(1 - s)
 * m: median distance of a vote from its projected keypoint,  s: mean score of the cells
 * </pre>
 *
 * The errors of a network's cells are correlated: the cells vote for one rigid pose that is not quite the true one. So
 * votes lie much nearer to the estimated pose than to the true one, and more cells do not help. Therefore each keypoint
 * counts as one measurement, however many cells vote for it, and the factor was found by comparison with the truth
 * ({@code docs/pose-solving.md}).
 */
final class VoteNoise {

    private static final double FACTOR = 6.15;
    /** Smallest standard deviation, pixels. */
    private static final double LEAST = 0.25;

    private VoteNoise() {}

    /**
     * Standard deviation of a keypoint along each image axis, pixels.
     *
     * @param squaredDistances per vote, square pixels, not empty; not modified
     * @param meanScore of the cells, 0 to 1
     */
    static double sigma(double[] squaredDistances, double meanScore) {
        double[] sorted = squaredDistances.clone();
        Arrays.sort(sorted);
        return Math.max(LEAST, FACTOR * Math.sqrt(sorted[sorted.length / 2] * Math.max(0, 1 - meanScore)));
    }
}
