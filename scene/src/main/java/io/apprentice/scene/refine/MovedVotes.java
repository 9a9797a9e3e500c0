package io.apprentice.scene.refine;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.KeypointVotes;
import java.util.List;

/** Moves a network's votes to a pose that is known to be better than theirs. */
final class MovedVotes {

    /**
     * Largest spread that is kept, root mean square, as a share of the object's apparent size: about the error of a
     * confirmed pose.
     */
    private static final double LARGEST_SPREAD = 0.005;

    private MovedVotes() {}

    /**
     * Moves the votes of each keypoint together, so that their mean, weighted by score, lies where the pose projects
     * the keypoint. Their distribution around the mean stays the same, except that a large spread is reduced, because a
     * confirmed pose is less uncertain than the network was.
     *
     * @param votes in pixels of the distorted frame; not modified
     * @param keypoints as many as each cell votes for, object frame, metres
     * @param objectToCamera the better pose, all keypoints in front of the camera
     * @return votes in pixels of the distorted frame, with the same cells and scores
     */
    public static KeypointVotes around(
            KeypointVotes votes, List<Vec3> keypoints, Se3 objectToCamera, CameraIntrinsics camera) {
        if (keypoints.size() != votes.keypoints()) {
            throw new IllegalArgumentException(
                    "keypoints: expected %d, got %d".formatted(votes.keypoints(), keypoints.size()));
        }
        int n = 2 * keypoints.size();
        double[] place = new double[n];
        for (int k = 0; k < keypoints.size(); k++) {
            double[] pixel = camera.pixel(objectToCamera.transform(keypoints.get(k)));
            place[2 * k] = pixel[0];
            place[2 * k + 1] = pixel[1];
        }
        double[] mean = new double[n];
        double sum = 0;
        for (int i = 0; i < votes.size(); i++) {
            sum += votes.scores()[i];
            for (int j = 0; j < n; j++) {
                mean[j] += (double) votes.scores()[i] * votes.points()[i * n + j];
            }
        }
        double squares = 0;
        for (int i = 0; i < votes.size(); i++) {
            for (int j = 0; j < n; j++) {
                double off = votes.points()[i * n + j] - mean[j] / sum;
                squares += votes.scores()[i] * off * off;
            }
        }
        double spread = Math.sqrt(squares / sum / keypoints.size());
        double shrink = Math.min(1, LARGEST_SPREAD * KeypointVotes.longerSide(place) / spread);
        float[] moved = new float[votes.points().length];
        for (int i = 0; i < moved.length; i++) {
            double off = votes.points()[i] - mean[i % n] / sum;
            moved[i] = (float) (place[i % n] + (spread > 0 ? shrink * off : 0));
        }
        return new KeypointVotes(votes.keypoints(), votes.scores(), moved);
    }
}
