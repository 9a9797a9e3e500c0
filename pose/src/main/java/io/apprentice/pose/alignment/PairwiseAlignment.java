package io.apprentice.pose.alignment;

import java.util.Arrays;

/**
 * The baseline "prediction to prediction": every prediction of the student is pulled straight to the teacher's. A code is pulled to
 * that of the teacher's cell in the same place, if there is one; a vote to the teacher's for the same keypoint. That is the mean of
 * its cells, weighted by their probabilities, because the cells of the two networks do not correspond one to one.
 *
 * <pre>L = mean over cells, sum over keypoints of h(20 |x - y| / size) / 20, h(z) = z^2/2 below 1, else z - 1/2</pre>
 *
 * with size the longer side of the box around the teacher's mean votes; for codes, the diagonal of their cube.
 */
public final class PairwiseAlignment implements Alignment {

    private static final double SHARPNESS = 20;

    @Override
    public Result measure(Predictions image) {
        int n = image.logits().length;
        int k = image.problems();
        int d = image.dimension();
        boolean pairs = image.partners().length > 0;
        double[] targets = pairs ? image.limitedTeacher() : mean(image);
        int paired = pairs
                ? (int) Arrays.stream(image.partners()).filter(p -> p >= 0).count()
                : n;
        if (paired == 0 || targets.length == 0) {
            return Result.none(image);
        }
        if (!Votes.finite(image.student())) {
            return Result.undefined(image);
        }
        double[] points = image.limitedStudent();
        double[] byPoints = new double[points.length];
        double total = 0;
        double size = pairs ? image.objectSize() : Votes.size(targets);
        for (int i = 0; i < n; i++) {
            int partner = pairs ? image.partners()[i] : 0;
            for (int problem = 0; problem < k && partner >= 0; problem++) {
                int at = (i * k + problem) * d;
                int to = (partner * k + problem) * d;
                double squares = 0;
                for (int axis = 0; axis < d; axis++) {
                    double difference = points[at + axis] - targets[to + axis];
                    squares += difference * difference;
                }
                double distance = Math.sqrt(squares);
                double z = SHARPNESS * distance / size;
                total += (z < 1 ? z * z / 2 : z - 0.5) / (SHARPNESS * paired);
                // h'(z) times the direction: for small z the distance cancels
                double slope = z < 1 ? SHARPNESS / size : 1 / distance;
                for (int axis = 0; axis < d; axis++) {
                    byPoints[at + axis] = slope * (points[at + axis] - targets[to + axis]) / (size * paired);
                }
            }
        }
        return new Result(total, 0, byPoints, new double[n]);
    }

    /** The teacher's vote per keypoint; empty if its cells have no weight. */
    private static double[] mean(Predictions image) {
        int coordinates = image.dimension() * image.problems();
        double[] votes = image.limitedTeacher();
        double[] mean = new double[coordinates];
        double highest = Arrays.stream(image.scores()).max().orElse(0);
        double weight = 0;
        for (int i = 0; i < image.scores().length && highest > 0; i++) {
            double score = image.scores()[i] / highest;
            weight += score;
            for (int c = 0; c < coordinates; c++) {
                mean[c] += score * votes[i * coordinates + c];
            }
        }
        if (weight == 0) {
            return new double[0];
        }
        for (int c = 0; c < coordinates; c++) {
            mean[c] /= weight;
        }
        return mean;
    }
}
