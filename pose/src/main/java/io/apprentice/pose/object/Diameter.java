package io.apprentice.pose.object;

import java.util.Arrays;

/**
 * Largest distance between two of n points, exact. Points are sorted by distance from the centre and pairs are tried
 * from the outside in, until the triangle inequality shows that no longer pair can follow; near n log n for real
 * meshes.
 */
final class Diameter {
    private Diameter() {}

    static double of(float[] p) {
        int n = p.length / 3;
        double[] centre = new double[3];
        for (int i = 0; i < 3 * n; i++) {
            centre[i % 3] += p[i] / (double) n;
        }
        double[] radius = new double[n];
        Integer[] order = new Integer[n];
        for (int i = 0; i < n; i++) {
            radius[i] = Math.sqrt(
                    square(p[3 * i] - centre[0]) + square(p[3 * i + 1] - centre[1]) + square(p[3 * i + 2] - centre[2]));
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Double.compare(radius[b], radius[a]));
        double best = 0;
        for (int i = 0; i < n && 2 * radius[order[i]] > best; i++) {
            int a = order[i];
            for (int j = i + 1; j < n && radius[a] + radius[order[j]] > best; j++) {
                int b = order[j];
                double d = square(p[3 * a] - (double) p[3 * b])
                        + square(p[3 * a + 1] - (double) p[3 * b + 1])
                        + square(p[3 * a + 2] - (double) p[3 * b + 2]);
                if (d > best * best) {
                    best = Math.sqrt(d);
                }
            }
        }
        return best;
    }

    private static double square(double x) {
        return x * x;
    }
}
