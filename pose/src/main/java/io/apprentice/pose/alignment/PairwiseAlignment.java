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
        double[] byPoints = new double[student.length];
        double total = 0;
        if (n > 0 && teacher.size() > 0) {
            double[] mean = mean(teacher);
            double size = size(mean);
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
        }
        return new Result(total, byPoints, new double[n]);
    }

    private static double[] mean(KeypointVotes votes) {
        int k = votes.keypoints();
        double[] mean = new double[2 * k];
        double weight = 0;
        for (int i = 0; i < votes.size(); i++) {
            weight += votes.scores()[i];
            for (int c = 0; c < 2 * k; c++) {
                mean[c] += votes.scores()[i] * votes.points()[i * 2 * k + c];
            }
        }
        for (int c = 0; c < 2 * k; c++) {
            mean[c] /= weight;
        }
        return mean;
    }

    private static double size(double[] points) {
        double longer = 1;
        for (int axis = 0; axis < 2; axis++) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (int i = axis; i < points.length; i += 2) {
                low = Math.min(low, points[i]);
                high = Math.max(high, points[i]);
            }
            longer = Math.max(longer, high - low);
        }
        return longer;
    }
}
