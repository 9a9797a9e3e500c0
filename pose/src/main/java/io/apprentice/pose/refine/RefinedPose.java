package io.apprentice.pose.refine;

import io.apprentice.pose.geometry.Se3;

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
}
