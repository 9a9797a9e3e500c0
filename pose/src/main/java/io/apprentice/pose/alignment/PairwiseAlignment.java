package io.apprentice.pose.alignment;

import java.util.Arrays;

/**
 * The baseline "prediction to prediction": every vote of the student is pulled straight to the teacher's vote for the
 * same keypoint. The teacher's vote is the mean of its cells, weighted by their probabilities, because the cells of the
 * two networks do not correspond one to one.
 *
 * <pre>L = mean over cells, sum over keypoints of h(20 |x - y| / size) / 20, h(z) = z^2/2 below 1, else z - 1/2</pre>
 *
 * with size the longer side of the box around the teacher's mean votes.
 */
public final class PairwiseAlignment implements Alignment {

    private static final double SHARPNESS = 20;

    @Override
    public Result measure(Predictions image) {
        int n = image.logits().length;
        int k = image.keypoints();
        double[] mean = mean(image);
        if (n == 0 || mean.length == 0) {
            return Result.none(image);
        }
        if (!Votes.finite(image.student())) {
            return Result.undefined(image);
        }
        double[] points = image.limitedStudent();
        double[] byPoints = new double[points.length];
        double total = 0;
        double size = Votes.size(mean);
        for (int i = 0; i < n; i++) {
            for (int keypoint = 0; keypoint < k; keypoint++) {
                int at = (i * k + keypoint) * 2;
                double dx = points[at] - mean[2 * keypoint];
                double dy = points[at + 1] - mean[2 * keypoint + 1];
                double distance = Math.sqrt(dx * dx + dy * dy);
                double z = SHARPNESS * distance / size;
                total += (z < 1 ? z * z / 2 : z - 0.5) / (SHARPNESS * n);
                // h'(z) times the direction: for small z the distance cancels
                double slope = z < 1 ? SHARPNESS / size : 1 / distance;
                byPoints[at] = slope * dx / (size * n);
                byPoints[at + 1] = slope * dy / (size * n);
            }
        }
        return new Result(total, 0, byPoints, new double[n]);
    }

    /** The teacher's vote per keypoint; empty if its cells have no weight. */
    private static double[] mean(Predictions image) {
        int coordinates = 2 * image.keypoints();
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
