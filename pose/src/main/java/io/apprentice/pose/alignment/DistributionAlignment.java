package io.apprentice.pose.alignment;

import io.apprentice.pose.prediction.KeypointVotes;
import java.util.Arrays;

/**
 * Optimal transport between the two sets of local predictions, one problem per keypoint, their sum.
 *
 * <p>Official: points divided by the frame's size, weights the cells' probabilities, unbalanced. Scale-aware: points divided
 * by the object's apparent size (the box around the teacher's votes) and masses normalised to one, so that the distance
 * speaks of positions also where the object is small, instead of mostly of mass; a detached weight then only says which
 * votes matter, and the value is multiplied by {@link #SCALE_AWARE_GAIN} so that both settings are of one magnitude.
 *
 * @see "Guo et al., CVPR 2023, arXiv 2205.14971; maths/sinkhorn-maths.md"
 */
public final class DistributionAlignment implements Alignment {

    /** Limits of a cell's weight. */
    private static final double LIMIT = 1e-3;

    private static final double SCALE_AWARE_GAIN = 1;

    private final SinkhornDivergence divergence;
    private final boolean scaleAware;

    private DistributionAlignment(SinkhornSettings settings, boolean scaleAware) {
        divergence = new SinkhornDivergence(settings);
        this.scaleAware = scaleAware;
    }

    /** Points over the frame's size, weights as they are. */
    public static DistributionAlignment official(SinkhornSettings settings) {
        return new DistributionAlignment(settings, false);
    }

    /** Points over the object's size, masses of one. */
    public static DistributionAlignment scaleAware() {
        return new DistributionAlignment(SinkhornSettings.SCALE_AWARE, true);
    }

    @Override
    public Result measure(double[] student, double[] logits, KeypointVotes teacher, int width, int height) {
        int n = logits.length;
        int m = teacher.size();
        int k = teacher.keypoints();
        if (student.length != n * k * 2) {
            throw new IllegalArgumentException(
                    "student votes: expected %d x %d x 2, got %d".formatted(n, k, student.length));
        }
        if (n == 0 || m == 0) {
            return new Result(0, new double[student.length], new double[n]);
        }
        double size = scaleAware ? size(teacher) : 0;
        double unitX = scaleAware ? size : width;
        double unitY = scaleAware ? size : height;
        double[] teacherPoints = new double[teacher.points().length];
        for (int i = 0; i < teacherPoints.length; i++) {
            teacherPoints[i] = teacher.points()[i];
        }
        double[] probabilities =
                Arrays.stream(logits).map(z -> 1 / (1 + Math.exp(-z))).toArray();
        double[] weights = Arrays.stream(probabilities)
                .map(p -> Math.min(Math.max(p, LIMIT), 1 - LIMIT))
                .toArray();
        double[] teacherWeights = new double[m];
        for (int j = 0; j < m; j++) {
            teacherWeights[j] = teacher.scores()[j];
        }
        if (scaleAware) {
            normalise(weights);
            normalise(teacherWeights);
        }
        SinkhornDivergence.Result transport = divergence.solve(
                byKeypoint(student, n, k, unitX, unitY),
                repeat(weights, k),
                byKeypoint(teacherPoints, m, k, unitX, unitY),
                repeat(teacherWeights, k),
                k,
                n,
                m,
                2);
        double gain = scaleAware ? SCALE_AWARE_GAIN : 1;
        double[] byPoints = new double[student.length];
        double[] byLogits = new double[n];
        for (int i = 0; i < n; i++) {
            double p = probabilities[i];
            boolean passes = !scaleAware && p >= LIMIT && p <= 1 - LIMIT;
            for (int keypoint = 0; keypoint < k; keypoint++) {
                int from = (keypoint * n + i) * 2;
                int to = (i * k + keypoint) * 2;
                byPoints[to] = gain * transport.byPoints()[from] / unitX;
                byPoints[to + 1] = gain * transport.byPoints()[from + 1] / unitY;
                if (passes) {
                    byLogits[i] += p * (1 - p) * transport.byWeights()[keypoint * n + i];
                }
            }
        }
        return new Result(gain * Arrays.stream(transport.values()).sum(), byPoints, byLogits);
    }

    private static void normalise(double[] weights) {
        double sum = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = sum > 0 ? weights[i] / sum : 1.0 / weights.length;
        }
    }

    /** The longer side of the box around all votes, at least a pixel. */
    private static double size(KeypointVotes votes) {
        double longer = 1;
        for (int axis = 0; axis < 2; axis++) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (int i = axis; i < votes.points().length; i += 2) {
                low = Math.min(low, votes.points()[i]);
                high = Math.max(high, votes.points()[i]);
            }
            longer = Math.max(longer, high - low);
        }
        return longer;
    }

    /** From [cells, keypoints, 2] in pixels to [keypoints, cells, 2] in units. */
    private static double[] byKeypoint(double[] points, int cells, int k, double unitX, double unitY) {
        double[] turned = new double[points.length];
        for (int i = 0; i < cells; i++) {
            for (int keypoint = 0; keypoint < k; keypoint++) {
                turned[(keypoint * cells + i) * 2] = points[(i * k + keypoint) * 2] / unitX;
                turned[(keypoint * cells + i) * 2 + 1] = points[(i * k + keypoint) * 2 + 1] / unitY;
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
