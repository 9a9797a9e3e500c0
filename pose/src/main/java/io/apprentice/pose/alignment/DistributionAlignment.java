package io.apprentice.pose.alignment;

import java.util.Arrays;

/**
 * Optimal transport between the two sets of local predictions, summed over one problem per keypoint, or in the space of codes.
 *
 * <p>The official variant divides points by the frame's size (codes by one), takes the cells' probabilities as weights, and is
 * unbalanced. The scale-aware variant divides points by the object's apparent size (the box around the teacher's votes; codes by the
 * cube's diagonal) and normalises masses to one, so that the distance measures positions even if the object is small, instead of mostly
 * mass. A weight then only says how much a vote matters, and has no gradient.
 *
 * @see "Guo et al., CVPR 2023, arXiv 2205.14971; maths/sinkhorn-maths.md"
 */
public final class DistributionAlignment implements Alignment {

    /** Limits of a cell's weight. */
    private static final double LIMIT = 1e-3;

    /** The weights of the cells. */
    enum Weights {
        /** Their probabilities, so that confidence is aligned too. */
        CONFIDENCE,
        /** Their probabilities, without a gradient. */
        DETACHED,
        /** Their probabilities divided by their sum, without a gradient. */
        NORMALISED,
        /** All equal, with a sum of one. */
        UNIFORM
    }

    private final SinkhornDivergence divergence;
    private final Weights mode;
    private final boolean inObjectSizes;

    DistributionAlignment(SinkhornSettings settings, Weights mode, boolean inObjectSizes) {
        this.mode = mode;
        this.inObjectSizes = inObjectSizes;
        divergence = new SinkhornDivergence(settings);
        boolean equalMasses = mode == Weights.NORMALISED || mode == Weights.UNIFORM;
        if (settings.reach().isEmpty() && !equalMasses) {
            throw new IllegalArgumentException("reach: expected one, for probabilities do not sum to equal masses");
        }
    }

    /** The official variant; the settings need a reach. */
    public static DistributionAlignment official(SinkhornSettings settings) {
        return new DistributionAlignment(settings, Weights.CONFIDENCE, false);
    }

    /** The scale-aware variant. */
    public static DistributionAlignment scaleAware() {
        return new DistributionAlignment(SinkhornSettings.SCALE_AWARE, Weights.NORMALISED, true);
    }

    @Override
    public Result measure(Predictions image) {
        if (image.empty()) {
            return Result.none(image);
        }
        double[] logits = image.logits();
        // a logit may be infinite, but its probability is finite
        if (!Votes.finite(image.student()) || Arrays.stream(logits).anyMatch(Double::isNaN)) {
            return Result.undefined(image);
        }
        int k = image.problems();
        int d = image.dimension();
        int n = logits.length;
        int m = image.scores().length;
        double[] student = image.limitedStudent();
        double[] teacher = image.limitedTeacher();
        double[] units = image.units().clone();
        if (inObjectSizes) {
            Arrays.fill(units, image.objectSize());
        }
        double[] probabilities = new double[n];
        double[] a = new double[n];
        for (int i = 0; i < n; i++) {
            probabilities[i] = 1 / (1 + Math.exp(-logits[i]));
            a[i] = Math.min(Math.max(probabilities[i], LIMIT), 1 - LIMIT);
        }
        double[] b = image.scores().clone();
        weigh(a);
        weigh(b);
        SinkhornDivergence.Result transport = divergence.solve(new SinkhornDivergence.Problems(
                k,
                n,
                m,
                d,
                byProblem(student, n, k, units),
                repeat(a, k),
                byProblem(teacher, m, k, units),
                repeat(b, k)));
        double[] byPoints = new double[student.length];
        double[] byLogits = new double[n];
        double value = 0;
        double massPart = 0;
        for (int problem = 0; problem < k; problem++) {
            value += transport.values()[problem];
            massPart += transport.massParts()[problem];
            for (int i = 0; i < n; i++) {
                int from = problem * n + i;
                for (int axis = 0; axis < d; axis++) {
                    byPoints[(i * k + problem) * d + axis] = transport.byPoints()[d * from + axis] / units[axis];
                }
                if (mode == Weights.CONFIDENCE && a[i] == probabilities[i]) {
                    byLogits[i] += a[i] * (1 - a[i]) * transport.byWeights()[from];
                }
            }
        }
        return new Result(value, massPart, byPoints, byLogits);
    }

    private void weigh(double[] weights) {
        switch (mode) {
            case CONFIDENCE, DETACHED -> {}
            case UNIFORM -> Arrays.fill(weights, 1.0 / weights.length);
            case NORMALISED -> {
                double sum = sum(weights);
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = sum > 0 ? weights[i] / sum : 1.0 / weights.length;
                }
            }
        }
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** From [cells, problems, dimension] to [problems, cells, dimension] in units. */
    private static double[] byProblem(double[] points, int cells, int k, double[] units) {
        int d = units.length;
        double[] turned = new double[points.length];
        for (int i = 0; i < cells; i++) {
            for (int problem = 0; problem < k; problem++) {
                for (int axis = 0; axis < d; axis++) {
                    turned[(problem * cells + i) * d + axis] = points[(i * k + problem) * d + axis] / units[axis];
                }
            }
        }
        return turned;
    }

    private static double[] repeat(double[] weights, int times) {
        double[] repeated = new double[weights.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(weights, 0, repeated, i * weights.length, weights.length);
        }
        return repeated;
    }
}
