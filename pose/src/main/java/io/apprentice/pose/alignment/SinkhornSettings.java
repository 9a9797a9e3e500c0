package io.apprentice.pose.alignment;

import java.util.OptionalDouble;

/**
 * Constants of the Sinkhorn divergence.
 *
 * @param blur square root of the last temperature, in units of the points, 1e-9 to 1e9
 * @param scaling factor of the blur between sweeps, above 0, at most 0.9999; values near 1 are slower and closer to the
 *     limit
 * @param reach distance beyond which destroying mass costs less than moving it, 1e-9 to 1e9; empty if masses must be
 *     equal (balanced)
 */
public record SinkhornSettings(double blur, double scaling, OptionalDouble reach) {

    /** The settings of the official code. */
    public static final SinkhornSettings OFFICIAL = new SinkhornSettings(0.001, 0.5, OptionalDouble.of(0.5));
    /** Settings close to the limit of infinitely many sweeps. */
    public static final SinkhornSettings CONVERGED = new SinkhornSettings(0.001, 0.99, OptionalDouble.of(0.5));
    /** The same settings without a reach: optimal transport between equal masses. */
    public static final SinkhornSettings CONVERGED_BALANCED = new SinkhornSettings(0.001, 0.99, OptionalDouble.empty());
    /** Settings for points in units of the object's size and masses of one. */
    public static final SinkhornSettings SCALE_AWARE = new SinkhornSettings(0.01, 0.7, OptionalDouble.empty());

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public SinkhornSettings {
        requireInRange("blur", blur);
        if (!(scaling > 0 && scaling <= 0.9999)) {
            throw new IllegalArgumentException("scaling: expected above 0, at most 0.9999, got " + scaling);
        }
        requireInRange("reach", reach.orElse(1));
    }

    private static void requireInRange(String name, double value) {
        if (!(value >= 1e-9 && value <= 1e9)) {
            throw new IllegalArgumentException(name + ": expected 1e-9 to 1e9, got " + value);
        }
    }
}
