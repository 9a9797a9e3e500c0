package io.apprentice.pose.alignment;

import java.util.Arrays;
import java.util.List;

/**
 * Debiased optimal transport between weighted point sets of any dimension, with gradients in closed form.
 *
 * <pre>S = OT(a,b) - OT(a,a)/2 - OT(b,b)/2 (+ the mass term if unbalanced),   cost |x-y|^2 / 2</pre>
 *
 * Letters as in the source: f, g potentials of the cross problem, p, r of x and y against themselves, rho = reach^2, epsilon
 * the temperature, lambda = rho / (rho + epsilon) the damping. Holds no state: safe for use by several threads.
 *
 * @see "Sejourne et al., Sinkhorn Divergences for Unbalanced Optimal Transport, arXiv:1910.12958; maths/sinkhorn-maths.md"
 */
public final class SinkhornDivergence {

    /** Balanced masses may differ by this share, for rounding. */
    private static final double MASS_TOLERANCE = 1e-6;

    private static final double LARGEST_EXPONENT = 300;
    /** Potentials for distances up to this one, and the results computed from them, stay finite. */
    private static final double LARGEST_DIAMETER = 1e152;

    private static final double LARGEST_RESULT = 1e300;

    private final double blur;
    private final double scaling;
    private final double rho;

    /** A divergence with these constants. */
    public SinkhornDivergence(SinkhornSettings settings) {
        blur = settings.blur();
        scaling = settings.scaling();
        rho = settings.reach().isPresent()
                ? settings.reach().getAsDouble() * settings.reach().getAsDouble()
                : Double.POSITIVE_INFINITY;
    }

    /**
     * k problems that share one schedule of temperatures, such as the keypoints of one image. Arrays are not copied and not
     * modified.
     *
     * @param k number of problems, at least 1
     * @param n points of x per problem; if 0, the result is zero
     * @param m points of y per problem, likewise
     * @param d dimension, at least 1
     * @param x points, [k, n, d]
     * @param a weights, [k, n], each at least 0; a point with weight 0 has no effect
     * @param y points, [k, m, d]
     * @param b weights, [k, m]
     */
    public record Problems(int k, int n, int m, int d, double[] x, double[] a, double[] y, double[] b) {

        /**
         * Checks.
         *
         * @throws IllegalArgumentException if lengths disagree, or a weight is negative or not finite
         */
        public Problems {
            if (k < 1 || n < 0 || m < 0 || d < 1) {
                throw new IllegalArgumentException(
                        "sizes: expected k >= 1, n >= 0, m >= 0, d >= 1, got %d, %d, %d, %d".formatted(k, n, m, d));
            }
            requireLength("x", (long) k * n * d, x);
            requireLength("a", (long) k * n, a);
            requireLength("y", (long) k * m * d, y);
            requireLength("b", (long) k * m, b);
            Votes.requireWeights("a", a);
            Votes.requireWeights("b", b);
        }

        /** Problems without weights: all points of a side have the same weight, with a sum of one. */
        public static Problems unweighted(int k, int n, int m, int d, double[] x, double[] y) {
            return new Problems(k, n, m, d, x, uniform(k, n), y, uniform(k, m));
        }

        private static double[] uniform(int k, int n) {
            double[] weights = new double[k * n];
            Arrays.fill(weights, 1.0 / n);
            return weights;
        }

        private static void requireLength(String name, long expected, double[] array) {
            if (array.length != expected) {
                throw new IllegalArgumentException(
                        "%s: expected %d numbers, got %d".formatted(name, expected, array.length));
            }
        }
    }

    /**
     * Values and gradients, all finite; they are limited to 1e300.
     *
     * @param values one per problem, [k]
     * @param massParts the part of each value that comes from the masses: the value of the same schedule if all points
     *     lay in one place, about {@code rho (sqrt(sum a) - sqrt(sum b))^2}; 0 if balanced, [k]. The rest comes from
     *     positions.
     * @param byPoints gradient with respect to x, [k, n, d]
     * @param byWeights gradient with respect to a, [k, n]
     */
    public record Result(double[] values, double[] massParts, double[] byPoints, double[] byWeights) {}

    /**
     * Solves a batch; its items may have different sizes, and each has its own schedule.
     *
     * @param threads largest number of threads, including the caller; the results do not depend on it
     * @return one result per item, in order
     * @throws IllegalArgumentException as {@link #solve(Problems)}
     */
    public List<Result> solve(List<Problems> batch, int threads) {
        return Parallel.map(batch, threads, this::solve);
    }

    /**
     * Solves k problems.
     *
     * @return zeros for a problem where either side has no points or no weight
     * @throws IllegalArgumentException if a coordinate is not finite, points lie farther apart than 1e152, or balanced
     *     masses differ
     */
    public Result solve(Problems problems) {
        int k = problems.k();
        int n = problems.n();
        int m = problems.m();
        int d = problems.d();
        double[] a = problems.a();
        double[] b = problems.b();
        Result result = new Result(new double[k], new double[k], new double[problems.x().length], new double[a.length]);
        if (n == 0 || m == 0) {
            return result;
        }
        double[] temperatures = temperatures(diameter(problems.x(), problems.y(), d));
        Transport transport = new Transport(n, m, d, rho);
        double lastLeft = 0;
        double lastRight = 0;
        for (int i = 0; i < k; i++) {
            double left = sum(a, i * n, n);
            double right = sum(b, i * m, m);
            requireEqualMasses(left, right);
            if (left == 0 || right == 0) {
                continue;
            }
            transport.run(problems, i, temperatures);
            conclude(i, transport, temperatures[temperatures.length - 1], result);
            // keypoints of one image have the same weights
            boolean known = i > 0 && left == lastLeft && right == lastRight;
            result.massParts()[i] = known ? result.massParts()[i - 1] : massPart(left, right, temperatures);
            lastLeft = left;
            lastRight = right;
        }
        return result;
    }

    /** The value of one point with all the mass against another in the same place. */
    private double massPart(double left, double right, double[] temperatures) {
        if (Double.isInfinite(rho) || left == right) {
            return 0;
        }
        double[] origin = {0};
        double[] a = {Math.min(left, Double.MAX_VALUE)};
        double[] b = {Math.min(right, Double.MAX_VALUE)};
        Problems masses = new Problems(1, 1, 1, 1, origin, a, origin, b);
        Transport transport = new Transport(1, 1, 1, rho);
        transport.run(masses, 0, temperatures);
        Result result = new Result(new double[1], new double[1], new double[1], new double[1]);
        conclude(0, transport, temperatures[temperatures.length - 1], result);
        return result.values()[0];
    }

    /** The three pairs of potentials that a problem needs. */
    private static final class Transport {

        private final Potentials cross;
        private final SelfPotentials selfX;
        private final SelfPotentials selfY;

        Transport(int n, int m, int d, double rho) {
            cross = new Potentials(n, m, d, rho);
            selfX = new SelfPotentials(n, d, rho);
            selfY = new SelfPotentials(m, d, rho);
        }

        void run(Problems problems, int i, double[] temperatures) {
            int n = problems.n();
            int m = problems.m();
            cross.start(problems.x(), problems.a(), i * n, problems.y(), problems.b(), i * m);
            selfX.start(problems.x(), problems.a(), i * n);
            selfY.start(problems.y(), problems.b(), i * m);
            sweep(temperatures[0], false);
            for (double epsilon : temperatures) {
                sweep(epsilon, true);
            }
        }

        private void sweep(double epsilon, boolean averaged) {
            cross.sweep(epsilon, averaged);
            selfX.sweep(epsilon, averaged);
            selfY.sweep(epsilon, averaged);
        }
    }

    /** The last extrapolation, the only one with a gradient. */
    private void conclude(int problem, Transport transport, double epsilon, Result result) {
        Potentials cross = transport.cross;
        SelfPotentials selfX = transport.selfX;
        SelfPotentials selfY = transport.selfY;
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
                        limited(cross.a[i] * (pullF * (here - towards[axis]) - pullP * (here - apart[axis])));
            }
            double gain = gain(f, p, epsilon);
            result.byWeights()[at] = gain;
            value += limited(cross.a[i] * gain);
        }
        double[] g = new double[cross.m];
        double[] r = new double[cross.m];
        cross.columns(epsilon, g);
        selfY.columns(epsilon, r);
        for (int j = 0; j < cross.m; j++) {
            value += limited(cross.b[j] * gain(g[j], r[j], epsilon));
        }
        result.values()[problem] = limited(value);
    }

    private static double limited(double value) {
        return Math.max(-LARGEST_RESULT, Math.min(value, LARGEST_RESULT));
    }

    private double pull(double potential, double epsilon) {
        return Double.isInfinite(rho) ? 1 : (rho + epsilon / 2) / (rho + epsilon) * survival(potential);
    }

    private double gain(double cross, double self, double epsilon) {
        return Double.isInfinite(rho) ? cross - self : (rho + epsilon / 2) * (survival(self) - survival(cross));
    }

    /**
     * The exponent is limited, so that a schedule too short for extreme distances gives large numbers, but no infinite
     * ones.
     */
    private double survival(double potential) {
        return Math.exp(Math.min(-potential / rho, LARGEST_EXPONENT));
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
    static double diameter(double[] x, double[] y, int d) {
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
        double diameter = Math.sqrt(sum);
        if (!(diameter <= LARGEST_DIAMETER)) {
            throw new IllegalArgumentException(
                    "points: expected finite coordinates at most %s apart, got a diameter of %s"
                            .formatted(LARGEST_DIAMETER, diameter));
        }
        return diameter;
    }

    /** From the diameter down to the blur, squared; the first one twice. */
    double[] temperatures(double diameter) {
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
