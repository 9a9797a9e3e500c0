package io.apprentice.pose.solve;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.KeypointVotes;
import java.util.List;
import java.util.Optional;

/** Finds the pose that explains votes for an object's keypoints. */
public interface PnpSolver {

    /**
     * Solves for a pose.
     *
     * @param keypoints in the object frame, metres
     * @param frameVotes votes in pixels of the distorted frame
     * @param camera the frame's camera
     * @return the pose; empty if the object is not found: too few votes, no agreement, behind the camera
     */
    Optional<PnpSolution> solve(List<Vec3> keypoints, KeypointVotes frameVotes, CameraIntrinsics camera);
}
