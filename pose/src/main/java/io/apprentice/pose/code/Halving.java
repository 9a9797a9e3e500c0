package io.apprentice.pose.code;

import java.util.SplittableRandom;

/**
 * Splits points in two equal halves that are compact: k-means with two clusters of the same size. For given centres the best
 * assignment is by the projection on the line between them, so the halves lie on the two sides of a plane.
 */
final class Halving {

    private static final int ROUNDS = 12;

    private final double[] points;
    private final int[] order;
    private final double[] along;

    /** Of points, x y z each, which are ordered in place as {@code order} says. */
    Halving(double[] points, int[] order) {
        this.points = points;
        this.order = order;
        along = new double[order.length];
    }

    /**
     * Splits the points of a range of the order, of even length; afterwards its first half lies below the plane.
     *
     * @param plane receives normal x y z and offset from {@code at}: a point p lies above if {@code normal . p > offset}
     */
    void split(int from, int to, SplittableRandom random, float[] plane, int at) {
        double[] low = point(order[from + random.nextInt(to - from)]);
        double[] high = farthest(from, to, low);
        int middle = (from + to) / 2;
        for (int round = 0; round < ROUNDS; round++) {
            double[] normal = {high[0] - low[0], high[1] - low[1], high[2] - low[2]};
            for (int i = from; i < to; i++) {
                int p = 3 * order[i];
                along[i] = normal[0] * points[p] + normal[1] * points[p + 1] + normal[2] * points[p + 2];
            }
            double above = select(from, to, middle);
            double below = Double.NEGATIVE_INFINITY;
            for (int i = from; i < middle; i++) {
                below = Math.max(below, along[i]);
            }
            for (int axis = 0; axis < 3; axis++) {
                plane[at + axis] = (float) normal[axis];
            }
            plane[at + 3] = (float) ((below + above) / 2);
            double[] newLow = mean(points, order, from, middle);
            double[] newHigh = mean(points, order, middle, to);
            if (same(low, newLow) && same(high, newHigh)) {
                return;
            }
            low = newLow;
            high = newHigh;
        }
    }

    private double[] point(int i) {
        return new double[] {points[3 * i], points[3 * i + 1], points[3 * i + 2]};
    }

    private double[] farthest(int from, int to, double[] origin) {
        int farthest = order[from];
        double most = -1;
        for (int i = from; i < to; i++) {
            double distance = SurfaceCodebook.squaredDistance(points, 3 * order[i], origin);
            if (distance > most) {
                most = distance;
                farthest = order[i];
            }
        }
        return point(farthest);
    }

    static double[] mean(double[] points, int[] order, int from, int to) {
        double[] mean = new double[3];
        for (int i = from; i < to; i++) {
            for (int axis = 0; axis < 3; axis++) {
                mean[axis] += points[3 * order[i] + axis];
            }
        }
        for (int axis = 0; axis < 3; axis++) {
            mean[axis] /= to - from;
        }
        return mean;
    }

    private static boolean same(double[] one, double[] other) {
        return one[0] == other[0] && one[1] == other[1] && one[2] == other[2];
    }

    /** Moves what is smallest in {@code along} before {@code k} (quickselect); returns the value at {@code k}. */
    private double select(int from, int to, int k) {
        int low = from;
        int high = to - 1;
        while (low < high) {
            double pivot = along[(low + high) >>> 1];
            int i = low;
            int j = high;
            while (i <= j) {
                while (along[i] < pivot) {
                    i++;
                }
                while (along[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    swap(i++, j--);
                }
            }
            if (k <= j) {
                high = j;
            } else if (k >= i) {
                low = i;
            } else {
                break;
            }
        }
        return along[k];
    }

    private void swap(int i, int j) {
        double value = along[i];
        along[i] = along[j];
        along[j] = value;
        int index = order[i];
        order[i] = order[j];
        order[j] = index;
    }
}
