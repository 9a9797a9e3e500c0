package io.apprentice.pose.solve;

/**
 * Defines when votes agree, and when enough of them do.
 *
 * @param relativeThreshold a vote agrees if it lies within this share of the object's apparent size; this suits noisy
 *     votes better than a fixed threshold
 * @param smallestThreshold lower limit of that threshold, pixels; the official code uses 5 everywhere
 * @param leastSupport the object counts as found if {@link PnpSolution#support} is not below this, cells
 */
public record PnpSettings(double relativeThreshold, double smallestThreshold, double leastSupport) {

    /**
     * A threshold of a tenth of the apparent size, at least 2 pixels. Of the official ten cells, 4.3 must agree: there
     * the sum of the rates of false alarms and misses is smallest ({@code docs/pose-solving.md}).
     */
    public static final PnpSettings DEFAULT = new PnpSettings(0.1, 2, 4.3);

    /** The official code's 5 pixels; every pose that RANSAC finds counts. */
    public static final PnpSettings OFFICIAL = new PnpSettings(0, 5, 0);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public PnpSettings {
        if (!(relativeThreshold >= 0) || !(smallestThreshold > 0) || !(leastSupport >= 0)) {
            throw new IllegalArgumentException(
                    "pnp: expected thresholds >= 0 and > 0 and a support >= 0, got %s, %s and %s"
                            .formatted(relativeThreshold, smallestThreshold, leastSupport));
        }
    }
}
