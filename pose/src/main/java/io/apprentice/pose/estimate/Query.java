package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.RgbImage;
import java.util.Optional;

/**
 * The question where an object is in a frame.
 *
 * @param frame the image
 * @param intrinsics its camera
 * @param objectId the object to look for
 * @param region the crop to evaluate, if known: map from frame pixels to crop pixels
 * @param lastPose a recent objectToCamera, if known; used if there is no {@code region}, and to choose among poses that
 *     look the same
 * @param extent how much of the frame is searched if nothing is known, or the object is not where it should be
 */
public record Query(
        RgbImage frame,
        CameraIntrinsics intrinsics,
        String objectId,
        Optional<Affine2> region,
        Optional<Se3> lastPose,
        Extent extent) {

    /** If nothing is known, the whole frame is searched. */
    public Query(
            RgbImage frame,
            CameraIntrinsics intrinsics,
            String objectId,
            Optional<Affine2> region,
            Optional<Se3> lastPose) {
        this(frame, intrinsics, objectId, region, lastPose, Extent.ALL);
    }

    /** In a stream of frames, each of which is to be answered soon: the object is more likely hidden than elsewhere. */
    boolean wasSeenJustNow() {
        return extent.turn().isPresent() && lastPose.isPresent();
    }
}
