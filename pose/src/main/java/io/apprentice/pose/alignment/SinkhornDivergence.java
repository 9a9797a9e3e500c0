package io.apprentice.pose.alignment;

import java.util.Arrays;

/**
 * Debiased optimal transport between weighted point sets, several problems that share one schedule of temperatures.
 *
 * <pre>S = OT(a,b) - OT(a,a)/2 - OT(b,b)/2 (+ the mass term where unbalanced),   cost |x-y|^2 / 2</pre>
 *
 * Letters as in the source: f, g potentials of the cross problem, p, r of x and y against themselves, rho = reach^2, epsilon
 * the temperature, lambda = rho / (rho + epsilon) the damping.
 *
 * @see "Sejourne et al., Sinkhorn Divergences for Unbalanced Optimal Transport, arXiv:1910.12958; maths/sinkhorn-maths.md"
 */
final class SinkhornDivergence {

    private static final double LOG_OF_NOTHING = -100000;

    private final double blur;
    private final double scaling;
    private final double rho;

    SinkhornDivergence(SinkhornSettings settings) {
        blur = settings.blur();
        scaling = settings.scaling();
        rho = settings.reach().isPresent()
                ? settings.reach().getAsDouble() * settings.reach().getAsDouble()
                : Double.POSITIVE_INFINITY;
    }

    /**
     * Values and gradients.
     *
     * @param values one per problem, [k]
     * @param byPoints gradient with respect to x, [k, n, d]
     * @param byWeights gradient with respect to a, [k, n]
     */
    record Result(double[] values, double[] byPoints, double[] byWeights) {}

    /**
     * Solves k problems.
     *
     * @param x points, [k, n, d]; not modified, nor are the others
     * @param a weights, [k, n], each at least 0
     * @param y points, [k, m, d]
     * @param b weights, [k, m]
     */
    Result solve(double[] x, double[] a, double[] y, double[] b, int k, int n, int m, int d) {
        requireLength("x", k * n * d, x);
        requireLength("a", k * n, a);
        requireLength("y", k * m * d, y);
        requireLength("b", k * m, b);
        requireWeights("a", a);
        requireWeights("b", b);
        Result result = new Result(new double[k], new double[x.length], new double[a.length]);
        if (n > 0 && m > 0) {
            double[] temperatures = temperatures(diameter(x, y, d));
            for (int i = 0; i < k; i++) {
                new Problem(x, a, y, b, i, n, m, d).solve(temperatures, result);
            }
        }
        return result;
    }

    private static void requireLength(String name, int expected, double[] array) {
        if (array.length != expected) {
            throw new IllegalArgumentException(
                    "%s: expected %d numbers, got %d".formatted(name, expected, array.length));
        }
    }

    private static void requireWeights(String name, double[] weights) {
        for (double w : weights) {
            if (!(w >= 0 && Double.isFinite(w))) {
                throw new IllegalArgumentException("%s: expected finite weights >= 0, got %s".formatted(name, w));
            }
        }
    }

    /** Diagonal of the box around all points. */
    private static double diameter(double[] x, double[] y, int d) {
        double sum = 0;
        for (int axis = 0; axis < d; axis++) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (double[] points : new double[][] {x, y}) {
                for (int i = axis; i < points.length; i += d) {
                    low = Math.min(low, points[i]);
                    high = Math.max(high, points[i]);
                }
            }
            sum += (high - low) * (high - low);
        }
        if (!Double.isFinite(sum)) {
            throw new IllegalArgumentException("points: expected finite coordinates");
        }
        return Math.sqrt(sum);
    }

    /** From the diameter down to the blur, squared; the first one twice. */
    private double[] temperatures(double diameter) {
        if (diameter == 0) {
            return new double[] {blur * blur, blur * blur};
        }
        double start = 2 * Math.log(diameter);
        double end = 2 * Math.log(blur);
        double step = 2 * Math.log(scaling);
        int n = end < start ? (int) Math.ceil((end - start) / step) : 0;
        double[] temperatures = new double[n + 2];
        temperatures[0] = diameter * diameter;
        for (int i = 0; i < n; i++) {
            temperatures[i + 1] = Math.exp(start + i * step);
        }
        temperatures[n + 1] = blur * blur;
        return temperatures;
    }

    private double damping(double epsilon) {
        return 1 / (1 + epsilon / rho);
    }

    /** One of the k problems; i runs over x, j over y. */
    private final class Problem {
        private final double[] x;
        private final double[] y;
        private final double[] a;
        private final double[] b;
        private final int index;
        private final int n;
        private final int m;
        private final int d;
        private final double[] la;
        private final double[] lb;
        private final double[] cxy;
        private final double[] cyx;
        private final double[] cxx;
        private final double[] cyy;

        Problem(double[] x, double[] a, double[] y, double[] b, int index, int n, int m, int d) {
            this.index = index;
            this.n = n;
            this.m = m;
            this.d = d;
            this.x = Arrays.copyOfRange(x, index * n * d, (index + 1) * n * d);
            this.y = Arrays.copyOfRange(y, index * m * d, (index + 1) * m * d);
            this.a = Arrays.copyOfRange(a, index * n, (index + 1) * n);
            this.b = Arrays.copyOfRange(b, index * m, (index + 1) * m);
            la = logarithms(this.a);
            lb = logarithms(this.b);
            cxy = costs(this.x, this.y);
            cyx = costs(this.y, this.x);
            cxx = costs(this.x, this.x);
            cyy = costs(this.y, this.y);
        }

        private double[] logarithms(double[] weights) {
            return Arrays.stream(weights)
                    .map(w -> w > 0 ? Math.log(w) : LOG_OF_NOTHING)
                    .toArray();
        }

        private double[] costs(double[] from, double[] to) {
            int rows = from.length / d;
            int columns = to.length / d;
            double[] costs = new double[rows * columns];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = 0;
                    for (int axis = 0; axis < d; axis++) {
                        double difference = from[i * d + axis] - to[j * d + axis];
                        sum += difference * difference;
                    }
                    costs[i * columns + j] = sum / 2;
                }
            }
            return costs;
        }

        void solve(double[] temperatures, Result result) {
            double first = temperatures[0];
            double[] g = update(cyx, la, null, first);
            double[] f = update(cxy, lb, null, first);
            double[] p = update(cxx, la, null, first);
            double[] r = update(cyy, lb, null, first);
            for (double epsilon : temperatures) {
                double[] newF = update(cxy, lb, g, epsilon);
                double[] newG = update(cyx, la, f, epsilon);
                average(p, update(cxx, la, p, epsilon));
                average(r, update(cyy, lb, r, epsilon));
                average(f, newF);
                average(g, newG);
            }
            double epsilon = temperatures[temperatures.length - 1];
            double[] lastF = update(cxy, lb, g, epsilon);
            double[] lastG = update(cyx, la, f, epsilon);
            double[] lastP = update(cxx, la, p, epsilon);
            double[] lastR = update(cyy, lb, r, epsilon);
            result.values()[index] = value(lastF, lastG, lastP, lastR, epsilon);
            for (int i = 0; i < n; i++) {
                double towards = pull(lastF[i], epsilon);
                double apart = pull(lastP[i], epsilon);
                for (int axis = 0; axis < d; axis++) {
                    double toY = x[i * d + axis] - mean(cxy, lb, g, y, i, axis, epsilon);
                    double toX = x[i * d + axis] - mean(cxx, la, p, x, i, axis, epsilon);
                    result.byPoints()[(index * n + i) * d + axis] = a[i] * (towards * toY - apart * toX);
                }
                result.byWeights()[index * n + i] = Double.isInfinite(rho)
                        ? lastF[i] - lastP[i]
                        : (rho + epsilon / 2) * (Math.exp(-lastP[i] / rho) - Math.exp(-lastF[i] / rho));
            }
        }

        private double pull(double potential, double epsilon) {
            return Double.isInfinite(rho) ? 1 : (rho + epsilon / 2) / (rho + epsilon) * Math.exp(-potential / rho);
        }

        private double value(double[] f, double[] g, double[] p, double[] r, double epsilon) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += a[i] * gain(f[i], p[i], epsilon);
            }
            for (int j = 0; j < m; j++) {
                sum += b[j] * gain(g[j], r[j], epsilon);
            }
            return sum;
        }

        private double gain(double cross, double self, double epsilon) {
            return Double.isInfinite(rho)
                    ? cross - self
                    : (rho + epsilon / 2) * (Math.exp(-self / rho) - Math.exp(-cross / rho));
        }

        /** Damped soft minimum of the costs of every row: {@code -lambda epsilon ln sum exp(l + potential/epsilon - C/epsilon)}. */
        private double[] update(double[] costs, double[] logWeights, double[] potential, double epsilon) {
            int columns = logWeights.length;
            double[] updated = new double[costs.length / columns];
            double[] exponents = new double[columns];
            for (int i = 0; i < updated.length; i++) {
                double highest = exponents(costs, logWeights, potential, i, epsilon, exponents);
                double sum = 0;
                for (double exponent : exponents) {
                    sum += Math.exp(exponent - highest);
                }
                updated[i] = -damping(epsilon) * epsilon * (highest + Math.log(sum));
            }
            return updated;
        }

        private double exponents(
                double[] costs, double[] logWeights, double[] potential, int row, double epsilon, double[] exponents) {
            double highest = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < exponents.length; j++) {
                double lift = potential == null ? 0 : potential[j];
                exponents[j] = logWeights[j] + (lift - costs[row * exponents.length + j]) / epsilon;
                highest = Math.max(highest, exponents[j]);
            }
            return highest;
        }

        /** Where row i's mass goes, on average, along one axis. */
        private double mean(
                double[] costs,
                double[] logWeights,
                double[] potential,
                double[] points,
                int row,
                int axis,
                double epsilon) {
            double[] exponents = new double[logWeights.length];
            double highest = exponents(costs, logWeights, potential, row, epsilon, exponents);
            double sum = 0;
            double weighted = 0;
            for (int j = 0; j < exponents.length; j++) {
                double share = Math.exp(exponents[j] - highest);
                sum += share;
                weighted += share * points[j * d + axis];
            }
            return weighted / sum;
        }

        private void average(double[] into, double[] other) {
            for (int i = 0; i < into.length; i++) {
                into[i] = (into[i] + other[i]) / 2;
            }
        }
    }
}
