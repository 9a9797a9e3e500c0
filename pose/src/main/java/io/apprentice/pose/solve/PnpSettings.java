package io.apprentice.pose.solve;

/**
 * When votes agree, and when enough of them do.
 *
 * @param relativeThreshold a vote agrees if it lies within this share of the object's apparent size; serves noisy votes
 *     better than a fixed threshold
 * @param smallestThreshold but never less than this, pixels; the official code has 5 throughout
 * @param inlierShare share of the votes that must agree for the object to count as found
 */
public record PnpSettings(double relativeThreshold, double smallestThreshold, double inlierShare) {

    /** Threshold of a tenth of the apparent size, at least 2 pixels; half of the votes. */
    public static final PnpSettings DEFAULT = new PnpSettings(0.1, 2, 0.5);

    /** The official code's 5 pixels; whatever RANSAC finds counts. */
    public static final PnpSettings OFFICIAL = new PnpSettings(0, 5, 0);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public PnpSettings {
        if (!(relativeThreshold >= 0) || !(smallestThreshold > 0) || !(inlierShare >= 0 && inlierShare <= 1)) {
            throw new IllegalArgumentException(
                    "pnp: expected thresholds >= 0 and > 0 and a share from 0 to 1, got %s, %s and %s"
                            .formatted(relativeThreshold, smallestThreshold, inlierShare));
        }
    }
}
