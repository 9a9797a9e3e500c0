package io.apprentice.pose.metrics;

import java.util.Arrays;

/** Area under the share of errors below a threshold, for thresholds from 0 to a largest one; 0 to 1, higher is better. */
public final class AreaUnderCurve {

    private AreaUnderCurve() {}

    /**
     * The area itself: the mean of {@code max(0, 1 - error / largest)}. Published results use this one.
     *
     * @param errors each at least 0; infinite where there is no estimate; at least one
     * @param largest in the unit of the errors, above 0
     * @throws IllegalArgumentException if a value is out of range
     */
    public static double exact(double[] errors, double largest) {
        check(errors, largest);
        return Arrays.stream(errors)
                .map(e -> Math.max(0, 1 - e / largest))
                .average()
                .orElseThrow();
    }

    /**
     * The area as PoseCNN's evaluation computes it, up to 1/n larger, because it uses the share of the upper error
     * between two errors.
     *
     * @param errors as in {@link #exact}
     * @see "NVlabs/PoseCNN-PyTorch, VOCap"
     */
    public static double poseCnn(double[] errors, double largest) {
        check(errors, largest);
        double[] sorted =
                Arrays.stream(errors).filter(e -> e <= largest).sorted().toArray();
        double area = 0;
        double last = 0;
        for (int i = 0; i < sorted.length; i++) {
            area += (sorted[i] - last) * (i + 1) / errors.length;
            last = sorted[i];
        }
        area += (largest - last) * sorted.length / errors.length;
        return area / largest;
    }

    private static void check(double[] errors, double largest) {
        if (errors.length == 0 || !Arrays.stream(errors).allMatch(e -> e >= 0)) {
            throw new IllegalArgumentException(
                    "errors: expected numbers of at least 0, got " + Arrays.toString(errors));
        }
        if (!(largest > 0) || Double.isInfinite(largest)) {
            throw new IllegalArgumentException("largest error: expected a number above 0, got " + largest);
        }
    }
}
