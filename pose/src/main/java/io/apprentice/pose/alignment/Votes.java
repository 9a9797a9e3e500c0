package io.apprentice.pose.alignment;

import io.apprentice.pose.prediction.KeypointVotes;
import java.util.Arrays;

/** Operations on votes that the alignments share; arrays hold x and y alternately. */
final class Votes {

    private Votes() {}

    static boolean finite(double[] values) {
        return Arrays.stream(values).allMatch(Double::isFinite);
    }

    static void requireWeights(String name, double[] weights) {
        for (double w : weights) {
            if (!(w >= 0 && Double.isFinite(w))) {
                throw new IllegalArgumentException("%s: expected finite weights >= 0, got %s".formatted(name, w));
            }
        }
    }

    static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** The longer side of the box around the points, at least one pixel. */
    static double size(double[] points) {
        return Math.max(1, KeypointVotes.longerSide(points));
    }
}
