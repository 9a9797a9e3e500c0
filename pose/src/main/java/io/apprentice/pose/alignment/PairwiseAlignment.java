package io.apprentice.pose.alignment;

import io.apprentice.pose.prediction.KeypointVotes;

/**
 * The baseline "prediction to prediction": every vote of the student is pulled straight to the teacher's vote for the same
 * keypoint, where the teacher's is the mean of its cells weighted by their probabilities, for the two networks' cells do not
 * correspond one to one.
 *
 * <pre>L = mean over cells, sum over keypoints of h(20 |x - y| / size) / 20, h(z) = z^2/2 below 1, else z - 1/2</pre>
 *
 * with size the longer side of the box around the teacher's mean votes.
 */
public final class PairwiseAlignment implements Alignment {

    private static final double SHARPNESS = 20;

    @Override
    public Result measure(double[] student, double[] logits, KeypointVotes teacher, int width, int height) {
        int n = logits.length;
        int k = teacher.keypoints();
        Votes.requireLength(student, n, k);
        double[] mean = mean(teacher);
        if (n == 0 || mean.length == 0) {
            return Result.none(student, logits);
        }
        if (!Votes.finite(student)) {
            return Result.undefined(student, logits);
        }
        double[] byPoints = new double[student.length];
        double total = 0;
        double size = Votes.size(mean);
        for (int i = 0; i < n; i++) {
            for (int keypoint = 0; keypoint < k; keypoint++) {
                int at = (i * k + keypoint) * 2;
                double dx = student[at] - mean[2 * keypoint];
                double dy = student[at + 1] - mean[2 * keypoint + 1];
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
    private static double[] mean(KeypointVotes votes) {
        int k = votes.keypoints();
        double[] mean = new double[2 * k];
        double weight = 0;
        for (int i = 0; i < votes.size(); i++) {
            weight += votes.scores()[i];
            for (int c = 0; c < 2 * k; c++) {
                mean[c] += votes.scores()[i] * (double) votes.points()[i * 2 * k + c];
            }
        }
        if (weight == 0) {
            return new double[0];
        }
        for (int c = 0; c < 2 * k; c++) {
            mean[c] /= weight;
        }
        if (!Votes.finite(mean)) {
            throw new IllegalArgumentException("teacher votes: expected finite numbers");
        }
        return mean;
    }
}
