package io.apprentice.scene.refine;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import java.util.Optional;

/**
 * A pose that the picture confirms.
 *
 * @param objectToCamera the pose, metres
 * @param inliers corners that agree with the pose
 * @param corners corners of the drawing that were found in the picture
 * @param reprojectionError root mean square over the inliers, frame pixels
 * @param agreement how much the object looks as it is drawn at the pose, 0 to 1: mean correlation over the textured parts of its
 *     silhouette, negative ones counted as 0; what is occluded lowers it
 */
public record RefinedPose(Se3 objectToCamera, int inliers, int corners, double reprojectionError, double agreement) {

    /** The same told of a pose that looks the same: {@code symmetry} leads from object frame to object frame. */
    RefinedPose times(Se3 symmetry) {
        return new RefinedPose(objectToCamera.times(symmetry), inliers, corners, reprojectionError, agreement);
    }

    /**
     * A label corrected by this pose: its votes are moved there, and what the network saw where it was lost is left out.
     *
     * @param label what the network says
     * @param object the object of this label
     * @param camera the frame's camera
     */
    public ObjectLabel correct(ObjectLabel label, ObjectModel object, CameraIntrinsics camera) {
        return new ObjectLabel(
                label.objectId(),
                label.frameToCrop(),
                label.cropSize(),
                MovedVotes.around(label.votes(), object.keypoints(), objectToCamera, camera),
                Optional.of(objectToCamera),
                new LabelQuality(inliers, corners, reprojectionError, agreement),
                label.objectToCamera().flatMap(found -> label.foreground()));
    }
}
