package io.apprentice.pose.alignment;

import java.util.Arrays;

/** A point set against itself: f and g stay equal and M symmetric, so half of the exponentials are enough. */
final class SelfPotentials extends Potentials {

    SelfPotentials(int n, int d, double rho) {
        super(n, n, d, rho);
    }

    /** Starts a problem. */
    void start(double[] points, double[] weights, int at) {
        start(points, weights, at, points, weights, at);
    }

    @Override
    void sweep(double epsilon, boolean averaged) {
        if (sums(1 / epsilon)) {
            newPotential(f, rowSums, epsilon);
        } else {
            for (int i = 0; i < n; i++) {
                rowSums[i] = row(i, epsilon, null);
            }
        }
        take(rowSums, f, averaged);
        System.arraycopy(f, 0, g, 0, n);
    }

    private boolean sums(double inverse) {
        Arrays.fill(rowSums, 0);
        for (int i = 0; i < n; i++) {
            double fi = f[i];
            double ai = a[i];
            double sum = ai * coupling(2 * fi * inverse);
            for (int j = 0; j < i; j++) {
                double coupling = coupling((fi + f[j] - cost[i * n + j]) * inverse);
                sum += a[j] * coupling;
                rowSums[j] += ai * coupling;
            }
            rowSums[i] = sum;
        }
        return keptDigits(rowSums);
    }
}
