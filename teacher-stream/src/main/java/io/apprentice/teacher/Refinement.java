package io.apprentice.teacher;

import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.refine.PoseRefiner;
import io.apprentice.pose.refine.RefinedPose;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks in the frames of each camera for each object as it is known to look; remembers where it was confirmed last. Not thread-safe.
 */
final class Refinement {

    private final Map<String, PoseRefiner> refiners = new HashMap<>();
    private final LastPoses confirmed = new LastPoses(1);

    Refinement(List<ObjectModel> objects) {
        objects.forEach(object -> refiners.put(object.id(), new PoseRefiner(object)));
    }

    /** The pose that the frame confirms, if it does one; of those that look the same, the one nearest to the network's. */
    Optional<RefinedPose> refine(String camera, RgbImage frame, CameraIntrinsics intrinsics, ObjectLabel believed) {
        String object = believed.objectId();
        Optional<RefinedPose> refined =
                refiners.get(object).refine(frame, intrinsics, confirmed.of(camera, object), believed.objectToCamera());
        confirmed.update(camera, object, refined.map(RefinedPose::objectToCamera));
        return refined;
    }
}
