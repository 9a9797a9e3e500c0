package io.apprentice.pose.alignment;

import java.util.Arrays;

/**
 * The dual of one transport problem between n points x with weights a and m points y with weights b: potentials f on x, g on
 * y. Buffers are reused from problem to problem.
 *
 * <p>A sweep needs {@code smin(C - g)_i = -epsilon ln sum_j b_j exp((g_j - C_ij)/epsilon)} for all i, and the same for
 * all j with f. Both sums share their exponentials if the potentials are moved into the exponent:
 *
 * <pre>M_ij = exp((f_i + g_j - C_ij)/epsilon)
 * smin(C - g)_i = f_i - epsilon ln sum_j b_j M_ij     smin(C - f)_j = g_j - epsilon ln sum_i a_i M_ij</pre>
 *
 * so n m exponentials are enough instead of 2 n m, and no maximum has to be subtracted as long as the sums stay well
 * inside a double's range. If a sum does not, the sweep is repeated row by row in the log domain, where nothing can
 * overflow. An exponent below {@link #LOWEST} is left out: next to a sum of at least {@link #LEAST} it is less than a
 * double's last digit.
 */
class Potentials {

    private static final double LOWEST = -100;
    private static final double HIGHEST = 600;
    private static final double LEAST = 1e-25;

    final int n;
    final int m;
    final int d;
    final double[] x;
    final double[] a;
    final double[] b;
    final double[] f;
    final double[] g;
    final double[] cost;
    final double[] rowSums;
    final double[] columnSums;
    private final double rho;
    private final double[] y;
    private final double[] la;
    private final double[] lb;
    private final double[] exponents;

    Potentials(int n, int m, int d, double rho) {
        this.n = n;
        this.m = m;
        this.d = d;
        this.rho = rho;
        x = new double[n * d];
        y = new double[m * d];
        a = new double[n];
        b = new double[m];
        la = new double[n];
        lb = new double[m];
        f = new double[n];
        g = new double[m];
        cost = new double[n * m];
        rowSums = new double[n];
        columnSums = new double[m];
        exponents = new double[m];
    }

    /**
     * Starts a problem: points and weights begin at the given indices, and potentials are zero. Each side needs a
     * weight above zero.
     */
    final void start(double[] points, double[] weights, int at, double[] others, double[] otherWeights, int othersAt) {
        System.arraycopy(points, at * d, x, 0, n * d);
        System.arraycopy(others, othersAt * d, y, 0, m * d);
        System.arraycopy(weights, at, a, 0, n);
        System.arraycopy(otherWeights, othersAt, b, 0, m);
        logarithms(a, la);
        logarithms(b, lb);
        Arrays.fill(f, 0);
        Arrays.fill(g, 0);
        Arrays.fill(cost, 0);
        double[] along = new double[m];
        for (int axis = 0; axis < d; axis++) {
            for (int j = 0; j < m; j++) {
                along[j] = y[j * d + axis];
            }
            for (int i = 0; i < n; i++) {
                addSquares(x[i * d + axis], along, i * m);
            }
        }
        for (int i = 0; i < cost.length; i++) {
            cost[i] /= 2;
        }
    }

    /** By axis and row, so that the compiler uses vectors. */
    private void addSquares(double from, double[] to, int at) {
        for (int j = 0; j < to.length; j++) {
            double difference = from - to[j];
            cost[at + j] += difference * difference;
        }
    }

    /**
     * The logarithm of a zero weight is minus infinity (in the reference -100000, which large distances over a small
     * blur can exceed).
     */
    private static void logarithms(double[] weights, double[] into) {
        for (int i = 0; i < weights.length; i++) {
            into[i] = Math.log(weights[i]);
        }
    }

    /** Updates both potentials at once from the old ones, which they replace or are averaged with. */
    void sweep(double epsilon, boolean averaged) {
        if (sums(1 / epsilon)) {
            newPotential(f, rowSums, epsilon);
            newPotential(g, columnSums, epsilon);
        } else {
            for (int i = 0; i < n; i++) {
                rowSums[i] = row(i, epsilon, null);
            }
            columns(epsilon, columnSums);
        }
        take(rowSums, f, averaged);
        take(columnSums, g, averaged);
    }

    /** Replaces the sums by the new potential. */
    final void newPotential(double[] potential, double[] sums, double epsilon) {
        double lambda = damping(epsilon);
        for (int i = 0; i < sums.length; i++) {
            sums[i] = lambda * (potential[i] - epsilon * Math.log(sums[i]));
        }
    }

    static void take(double[] updated, double[] potential, boolean averaged) {
        for (int i = 0; i < potential.length; i++) {
            potential[i] = averaged ? (potential[i] + updated[i]) / 2 : updated[i];
        }
    }

    /** Fills the sums over M; false if one of them may have lost digits. */
    private boolean sums(double inverse) {
        Arrays.fill(columnSums, 0);
        for (int i = 0; i < n; i++) {
            double fi = f[i];
            double ai = a[i];
            double sum = 0;
            for (int j = 0; j < m; j++) {
                double coupling = coupling((fi + g[j] - cost[i * m + j]) * inverse);
                sum += b[j] * coupling;
                columnSums[j] += ai * coupling;
            }
            rowSums[i] = sum;
        }
        return keptDigits(rowSums) && keptDigits(columnSums);
    }

    /** The exponential, or NaN if it is too large for the sums, which then become NaN too. */
    static double coupling(double exponent) {
        if (exponent < LOWEST) {
            return 0;
        }
        return exponent < HIGHEST ? FastExp.of(exponent) : Double.NaN;
    }

    static boolean keptDigits(double[] sums) {
        for (double sum : sums) {
            if (!(sum > LEAST && sum < Double.POSITIVE_INFINITY)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The new f of a row, computed in the log domain from the old g.
     *
     * @param centre receives the mean of the y that row i's mass goes to, [d]; null if not needed
     */
    final double row(int i, double epsilon, double[] centre) {
        // the highest is subtracted before the division, which would overflow at large distances over a small epsilon
        double highest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < m; j++) {
            exponents[j] = epsilon * lb[j] + (g[j] - cost[i * m + j]);
            highest = Math.max(highest, exponents[j]);
        }
        double sum = 0;
        for (int j = 0; j < m; j++) {
            exponents[j] = coupling((exponents[j] - highest) / epsilon);
            sum += exponents[j];
        }
        if (centre != null) {
            Arrays.fill(centre, 0);
            for (int j = 0; j < m; j++) {
                if (exponents[j] > 0) {
                    for (int axis = 0; axis < d; axis++) {
                        centre[axis] += exponents[j] * y[j * d + axis];
                    }
                }
            }
            for (int axis = 0; axis < d; axis++) {
                centre[axis] /= sum;
            }
        }
        return -damping(epsilon) * (highest + epsilon * Math.log(sum));
    }

    /** The new g of all columns, computed in the log domain from the old f, row by row as the costs lie in memory. */
    final void columns(double epsilon, double[] into) {
        double[] highest = new double[m];
        double[] sums = new double[m];
        Arrays.fill(highest, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < n; i++) {
            double here = epsilon * la[i] + f[i];
            for (int j = 0; j < m; j++) {
                highest[j] = Math.max(highest[j], here - cost[i * m + j]);
            }
        }
        for (int i = 0; i < n; i++) {
            double here = epsilon * la[i] + f[i];
            for (int j = 0; j < m; j++) {
                sums[j] += coupling((here - cost[i * m + j] - highest[j]) / epsilon);
            }
        }
        for (int j = 0; j < m; j++) {
            into[j] = -damping(epsilon) * (highest[j] + epsilon * Math.log(sums[j]));
        }
    }

    private double damping(double epsilon) {
        return 1 / (1 + epsilon / rho);
    }
}
