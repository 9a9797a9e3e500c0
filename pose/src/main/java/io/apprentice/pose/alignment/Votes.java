package io.apprentice.pose.alignment;

/** What the alignments ask of votes: arrays of x and y in turn. */
final class Votes {

    /** Far beyond any image, and safe to square. */
    private static final double FARTHEST = 1e100;

    private Votes() {}

    static void requireLength(double[] student, int cells, int keypoints) {
        if (student.length != cells * keypoints * 2) {
            throw new IllegalArgumentException(
                    "student votes: expected %d x %d x 2, got %d".formatted(cells, keypoints, student.length));
        }
    }

    static boolean finite(double[] values) {
        for (double value : values) {
            if (!(Math.abs(value) < FARTHEST)) {
                return false;
            }
        }
        return true;
    }

    static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** The longer side of the box around the points, at least a pixel. */
    static double size(double[] points) {
        double longer = 1;
        for (int axis = 0; axis < 2; axis++) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (int i = axis; i < points.length; i += 2) {
                low = Math.min(low, points[i]);
                high = Math.max(high, points[i]);
            }
            longer = Math.max(longer, high - low);
        }
        return longer;
    }
}
