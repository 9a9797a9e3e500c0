package io.apprentice.pose.solve;

/**
 * When votes agree, and when enough of them do.
 *
 * @param relativeThreshold a vote agrees if it lies within this share of the object's apparent size; serves noisy votes
 *     better than a fixed threshold
 * @param smallestThreshold but never less than this, pixels; the official code has 5 throughout
 * @param leastSupport the object counts as found if {@link PnpSolution#support} is not below this, cells
 */
public record PnpSettings(double relativeThreshold, double smallestThreshold, double leastSupport) {

    /**
     * Threshold of a tenth of the apparent size, at least 2 pixels; of the official ten cells, 4.3 must agree, where the rates of
     * false alarms and of misses have the smallest sum ({@code docs/pose-solving.md}).
     */
    public static final PnpSettings DEFAULT = new PnpSettings(0.1, 2, 4.3);

    /** The official code's 5 pixels; whatever RANSAC finds counts. */
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
