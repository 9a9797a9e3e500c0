package io.apprentice.pose.solve;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.Correspondences;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.LocalPredictions;
import java.util.List;
import java.util.Optional;

/** Finds the pose that explains where an object's points are seen. */
public interface PnpSolver {

    /**
     * Solves for a pose.
     *
     * @param keypoints of the object, in the object frame, metres: the covariance is as if each were measured once
     * @param correspondences with pixels of the distorted frame
     * @param camera the frame's camera
     * @return the pose; empty if the object is not found: too few correspondences, no agreement, behind the camera
     */
    Optional<PnpSolution> solve(List<Vec3> keypoints, Correspondences correspondences, CameraIntrinsics camera);

    /** Solves for the pose of an object of which only the keypoints are known, from votes in pixels of the distorted frame. */
    default Optional<PnpSolution> solve(List<Vec3> keypoints, KeypointVotes frameVotes, CameraIntrinsics camera) {
        return solve(keypoints, frameVotes.correspondences(keypoints), camera);
    }

    /** Solves for the pose of an object that local predictions in pixels of the distorted frame are about. */
    default Optional<PnpSolution> solve(ObjectModel object, LocalPredictions inFrame, CameraIntrinsics camera) {
        return solve(object.keypoints(), inFrame.correspondences(object), camera);
    }
}
