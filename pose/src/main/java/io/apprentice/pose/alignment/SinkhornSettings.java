package io.apprentice.pose.alignment;

import java.util.OptionalDouble;

/**
 * Constants of the Sinkhorn divergence.
 *
 * @param blur square root of the last temperature, in units of the points, above 0
 * @param scaling factor of the blur from sweep to sweep, above 0 and below 1; nearer 1 is slower and nearer to the limit
 * @param reach how far mass may travel before it is cheaper to destroy it; empty: masses must be equal (balanced)
 */
public record SinkhornSettings(double blur, double scaling, OptionalDouble reach) {

    /** The official code's. */
    public static final SinkhornSettings OFFICIAL = new SinkhornSettings(0.001, 0.5, OptionalDouble.of(0.5));
    /** Near the limit of infinitely many sweeps. */
    public static final SinkhornSettings CONVERGED = new SinkhornSettings(0.001, 0.99, OptionalDouble.of(0.5));
    /** For points in units of the object's size and masses of one. */
    public static final SinkhornSettings SCALE_AWARE = new SinkhornSettings(0.01, 0.7, OptionalDouble.empty());

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public SinkhornSettings {
        if (!(blur > 0 && Double.isFinite(blur))) {
            throw new IllegalArgumentException("blur: expected a finite number above 0, got " + blur);
        }
        if (!(scaling > 0 && scaling < 1)) {
            throw new IllegalArgumentException("scaling: expected above 0 and below 1, got " + scaling);
        }
        if (!(reach.orElse(1) > 0)) {
            throw new IllegalArgumentException("reach: expected above 0, got " + reach.getAsDouble());
        }
    }
}
