package io.apprentice.scene.refine;

import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Corrects labels by poses that the frames confirm. Each object is compared with its known appearance, first at the
 * last pose that this camera confirmed, then at the pose that the network predicts. Not thread-safe.
 */
public final class ConfirmedPoses {

    private final Map<String, ObjectModel> objects = new HashMap<>();
    private final Map<String, PoseRefiner> refiners = new HashMap<>();
    private final LastPoses confirmed = new LastPoses(1);

    /** Poses of these objects can be confirmed. */
    public ConfirmedPoses(List<ObjectModel> objects) {
        for (ObjectModel object : objects) {
            this.objects.put(object.id(), object);
            refiners.put(object.id(), new PoseRefiner(object));
        }
    }

    /**
     * Corrects a label and remembers the pose.
     *
     * @param camera id of the frame's camera
     * @param frame of the size in {@code intrinsics}
     * @param believed the network's label, for one of the objects
     * @return the corrected label, or empty if the frame confirms no pose; of poses that look the same, it has the one
     *     nearest to the network's
     */
    public Optional<ObjectLabel> correct(
            String camera, RgbImage frame, CameraIntrinsics intrinsics, ObjectLabel believed) {
        String object = believed.objectId();
        Optional<RefinedPose> refined =
                refiners.get(object).refine(frame, intrinsics, confirmed.of(camera, object), believed.objectToCamera());
        confirmed.update(camera, object, refined.map(RefinedPose::objectToCamera));
        return refined.map(pose -> pose.correct(believed, objects.get(object), intrinsics));
    }
}
