package io.apprentice.pose.prediction;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import java.util.List;

/**
 * Local predictions: n cells, each voting for the image position of every keypoint.
 *
 * @param keypoints keypoints per cell
 * @param scores probability per cell that it shows the object, 0 to 1, length n; not copied
 * @param points votes, cell by cell x1 y1 ... xk yk, length n * keypoints * 2; pixels of an image that the owner
 *     defines; not copied
 */
public record KeypointVotes(int keypoints, float[] scores, float[] points) implements LocalPredictions {

    /**
     * Checks lengths.
     *
     * @throws IllegalArgumentException naming both sides if they disagree
     */
    public KeypointVotes {
        if (keypoints < 1 || points.length != scores.length * keypoints * 2) {
            throw new IllegalArgumentException("votes: expected %d cells x %d keypoints x 2 points, got %d"
                    .formatted(scores.length, keypoints, points.length));
        }
    }

    /** No cell, of a network that votes for eight keypoints. */
    public static KeypointVotes none() {
        return new KeypointVotes(8, new float[0], new float[0]);
    }

    /**
     * Distance between votes and keypoints, averaged over the keypoints, then over the cells, weighted by their scores.
     *
     * @param at x1 y1 x2 y2 ... of the keypoints, in the votes' unit
     * @param most upper limit of a cell's distance, and the result without votes, in that unit
     * @throws IllegalArgumentException if {@code at} has not as many points as each cell votes for
     */
    public double meanDistance(float[] at, double most) {
        if (at.length != 2 * keypoints) {
            throw new IllegalArgumentException(
                    "votes: expected %d keypoints x 2, got %d".formatted(keypoints, at.length));
        }
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < size(); i++) {
            double ofCell = 0;
            for (int j = 0; j < at.length; j += 2) {
                int vote = i * at.length + j;
                ofCell += Math.hypot(points[vote] - at[j], points[vote + 1] - at[j + 1]);
            }
            sum += scores[i] * Math.min(most, ofCell / keypoints);
            weight += scores[i];
        }
        double mean = sum / weight;
        return Double.isNaN(mean) ? most : mean;
    }

    /** The longer side of the box around points x1 y1 x2 y2 ..., in their unit. */
    public static double longerSide(double[] points) {
        double longer = 0;
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

    @Override
    public KeypointVotes withPoints(float[] other) {
        return new KeypointVotes(keypoints, scores, other);
    }

    @Override
    public KeypointVotes mapped(Affine2 map) {
        return withPoints(map.points(points));
    }

    /** The mean votes for all keypoints, weighted by the scores. */
    @Override
    public double[] outline() {
        double[] means = new double[size() == 0 ? 0 : 2 * keypoints];
        double weight = 0;
        for (int i = 0; i < size(); i++) {
            weight += scores[i];
            for (int j = 0; j < means.length; j++) {
                means[j] += (double) scores[i] * points[i * means.length + j];
            }
        }
        for (int j = 0; j < means.length; j++) {
            means[j] /= weight;
        }
        return means;
    }

    /** Each vote is one. */
    @Override
    public Correspondences correspondences(ObjectModel object) {
        return correspondences(object.keypoints());
    }

    /**
     * The same, of an object of which only the keypoints are known.
     *
     * @throws IllegalArgumentException if there are not as many as each cell votes for
     */
    public Correspondences correspondences(List<Vec3> known) {
        if (known.size() != keypoints) {
            throw new IllegalArgumentException("keypoints: expected %d, got %d".formatted(keypoints, known.size()));
        }
        int n = size() * keypoints;
        double[] objectPoints = new double[3 * n];
        double[] pixels = new double[2 * n];
        double[] weights = new double[n];
        for (int i = 0; i < n; i++) {
            Vec3 point = known.get(i % keypoints);
            objectPoints[3 * i] = point.x();
            objectPoints[3 * i + 1] = point.y();
            objectPoints[3 * i + 2] = point.z();
            pixels[2 * i] = points[2 * i];
            pixels[2 * i + 1] = points[2 * i + 1];
            weights[i] = scores[i / keypoints];
        }
        return new Correspondences(objectPoints, pixels, weights, keypoints);
    }
}
