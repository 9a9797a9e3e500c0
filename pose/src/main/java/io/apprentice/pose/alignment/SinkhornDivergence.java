package io.apprentice.pose.alignment;

/**
 * Debiased optimal transport between weighted point sets, several problems that share one schedule of temperatures.
 *
 * <pre>S = OT(a,b) - OT(a,a)/2 - OT(b,b)/2 (+ the mass term where unbalanced),   cost |x-y|^2 / 2</pre>
 *
 * Letters as in the source: f, g potentials of the cross problem, p, r of x and y against themselves, rho = reach^2, epsilon
 * the temperature, lambda = rho / (rho + epsilon) the damping. Holds no state: safe for use by several threads.
 *
 * @see "Sejourne et al., Sinkhorn Divergences for Unbalanced Optimal Transport, arXiv:1910.12958; maths/sinkhorn-maths.md"
 */
final class SinkhornDivergence {

    /** Balanced masses may differ by this share, for rounding. */
    private static final double MASS_TOLERANCE = 1e-6;

    private static final double LARGEST_EXPONENT = 300;

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
     * @param a weights, [k, n], each at least 0; one of 0 takes no part
     * @param y points, [k, m, d]
     * @param b weights, [k, m]
     * @return zeros for a problem where either side has no points or no weight
     * @throws IllegalArgumentException if lengths disagree, a weight is negative, a number is not finite or too large to be
     *     squared, or balanced masses differ
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
            Potentials cross = new Potentials(n, m, d, rho);
            SelfPotentials selfX = new SelfPotentials(n, d, rho);
            SelfPotentials selfY = new SelfPotentials(m, d, rho);
            for (int i = 0; i < k; i++) {
                double left = sum(a, i * n, n);
                double right = sum(b, i * m, m);
                requireEqualMasses(left, right);
                if (left == 0 || right == 0) {
                    continue;
                }
                cross.start(x, a, i * n, y, b, i * m);
                selfX.start(x, a, i * n);
                selfY.start(y, b, i * m);
                cross.sweep(temperatures[0], false);
                selfX.sweep(temperatures[0], false);
                selfY.sweep(temperatures[0], false);
                for (double epsilon : temperatures) {
                    cross.sweep(epsilon, true);
                    selfX.sweep(epsilon, true);
                    selfY.sweep(epsilon, true);
                }
                conclude(i, cross, selfX, selfY, temperatures[temperatures.length - 1], result);
            }
        }
        return result;
    }

    /** The last extrapolation, the only one that gradients flow through. */
    private void conclude(
            int problem, Potentials cross, SelfPotentials selfX, SelfPotentials selfY, double epsilon, Result result) {
        int n = cross.n;
        int d = cross.d;
        double[] towards = new double[d];
        double[] apart = new double[d];
        double value = 0;
        for (int i = 0; i < n; i++) {
            double f = cross.row(i, epsilon, towards);
            double p = selfX.row(i, epsilon, apart);
            double pullF = pull(f, epsilon);
            double pullP = pull(p, epsilon);
            int at = problem * n + i;
            for (int axis = 0; axis < d; axis++) {
                double here = cross.x[i * d + axis];
                result.byPoints()[at * d + axis] =
                        cross.a[i] * (pullF * (here - towards[axis]) - pullP * (here - apart[axis]));
            }
            double gain = gain(f, p, epsilon);
            result.byWeights()[at] = gain;
            value += cross.a[i] * gain;
        }
        for (int j = 0; j < cross.m; j++) {
            value += cross.b[j] * gain(cross.column(j, epsilon), selfY.column(j, epsilon), epsilon);
        }
        result.values()[problem] = value;
    }

    private double pull(double potential, double epsilon) {
        return Double.isInfinite(rho) ? 1 : (rho + epsilon / 2) / (rho + epsilon) * survival(potential);
    }

    private double gain(double cross, double self, double epsilon) {
        return Double.isInfinite(rho) ? cross - self : (rho + epsilon / 2) * (survival(self) - survival(cross));
    }

    /** Limited, so that a schedule too short for extreme distances gives large numbers, never infinite ones. */
    private double survival(double potential) {
        return Math.exp(Math.min(-potential / rho, LARGEST_EXPONENT));
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

    private void requireEqualMasses(double left, double right) {
        if (Double.isInfinite(rho) && Math.abs(left - right) > MASS_TOLERANCE * Math.max(left, right)) {
            throw new IllegalArgumentException(
                    "balanced transport: expected equal masses, got %s and %s".formatted(left, right));
        }
    }

    private static double sum(double[] values, int at, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[at + i];
        }
        return sum;
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
            throw new IllegalArgumentException(
                    "points: expected finite coordinates with finite squared distances, got a squared diameter of "
                            + sum);
        }
        return Math.sqrt(sum);
    }

    /** From the diameter down to the blur, squared; the first one twice. */
    private double[] temperatures(double diameter) {
        double first = diameter * diameter;
        if (first < Double.MIN_NORMAL) {
            return new double[] {blur * blur, blur * blur};
        }
        double start = 2 * Math.log(diameter);
        double end = 2 * Math.log(blur);
        double step = 2 * Math.log(scaling);
        int n = end < start ? (int) Math.ceil((end - start) / step) : 0;
        double[] temperatures = new double[n + 2];
        temperatures[0] = first;
        for (int i = 0; i < n; i++) {
            temperatures[i + 1] = Math.exp(start + i * step);
        }
        temperatures[n + 1] = blur * blur;
        return temperatures;
    }
}
