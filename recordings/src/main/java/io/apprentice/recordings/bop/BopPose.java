package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Se3;

/**
 * The true pose of an object in one image.
 *
 * @param index which of the image's entries in {@code scene_gt.json} it is, from 0
 * @param objectId BOP's number of the object
 * @param objectToCamera model frame to camera frame, metres
 * @param published the same with the rotation as the file has it, metres; what accuracy is measured against
 * @param visibleFraction share of the silhouette that is seen, 0 to 1; 1 where the data does not say
 */
public record BopPose(int index, int objectId, Se3 objectToCamera, PoseMatrix published, double visibleFraction) {}
