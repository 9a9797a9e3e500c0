package io.apprentice.scene.refine;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import java.util.Optional;

/**
 * A pose that the picture confirms.
 *
 * @param objectToCamera the pose, metres
 * @param inliers corners that agree with the pose
 * @param corners corners of the rendering that were found in the picture
 * @param reprojectionError root mean square over the inliers, frame pixels
 * @param agreement how much the picture looks like the rendering at the pose, 0 to 1: mean correlation over the
 *     textured parts of the silhouette, negative ones counted as 0; occlusion lowers it
 */
public record RefinedPose(Se3 objectToCamera, int inliers, int corners, double reprojectionError, double agreement) {

    /** The same result for a pose that looks the same; {@code symmetry} maps the object frame to itself. */
    RefinedPose times(Se3 symmetry) {
        return new RefinedPose(objectToCamera.times(symmetry), inliers, corners, reprojectionError, agreement);
    }

    /**
     * Corrects a label by this pose: moves its votes there, and drops its foreground map if the network found no pose. Codes stay:
     * a student learns them from the pose.
     *
     * @param label the network's label
     * @param object the object of this label
     * @param camera the frame's camera
     */
    public ObjectLabel correct(ObjectLabel label, ObjectModel object, CameraIntrinsics camera) {
        return new ObjectLabel(
                label.objectId(),
                label.frameToCrop(),
                label.cropSize(),
                label.predictions() instanceof KeypointVotes votes
                        ? MovedVotes.around(votes, object.keypoints(), objectToCamera, camera)
                        : label.predictions(),
                Optional.of(objectToCamera),
                new LabelQuality(inliers, corners, reprojectionError, agreement),
                label.objectToCamera().flatMap(found -> label.foreground()));
    }
}
