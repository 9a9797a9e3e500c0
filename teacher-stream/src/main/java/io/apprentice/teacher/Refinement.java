package io.apprentice.teacher;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.pose.refine.PoseRefiner;
import io.apprentice.pose.refine.RefinedPose;
import io.apprentice.pose.solve.PnpSolution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks in the frame for the object as it is known to look: first where the camera last had it for sure, then where the network
 * believes it is. So a teacher that finds an object once in a while is enough to follow it. Not thread-safe.
 */
final class Refinement {

    private final Map<String, PoseRefiner> refiners = new HashMap<>();
    private final Map<String, SymmetryGroup> symmetries = new HashMap<>();
    private final LastPoses confirmed = new LastPoses();

    Refinement(List<ObjectModel> objects) {
        for (ObjectModel object : objects) {
            refiners.put(object.id(), new PoseRefiner(object));
            symmetries.put(object.id(), object.symmetries());
        }
    }

    /** The pose that the frame confirms, if it does one; of those that look the same, the one nearest to the network's. */
    Optional<RefinedPose> refine(String camera, RgbImage frame, CameraIntrinsics intrinsics, Estimate estimate) {
        String object = estimate.objectId();
        Optional<Se3> believed = estimate.pose().map(PnpSolution::objectToCamera);
        List<Se3> candidates = new ArrayList<>();
        confirmed.of(camera, object).ifPresent(candidates::add);
        believed.ifPresent(candidates::add);
        Optional<RefinedPose> refined = refiners.get(object).refine(frame, intrinsics, candidates);
        confirmed.update(camera, object, refined.map(RefinedPose::objectToCamera));
        SymmetryGroup group = symmetries.get(object);
        Quaternion wanted = believed.map(Se3::rotation).orElse(Quaternion.IDENTITY);
        return group.isSymmetric()
                ? refined.map(pose -> pose.times(group.towards(pose.objectToCamera(), wanted)))
                : refined;
    }
}
