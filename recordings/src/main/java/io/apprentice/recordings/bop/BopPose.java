package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Se3;

/**
 * The true pose of an object in one image.
 *
 * @param index index of the image's entry in {@code scene_gt.json}, from 0
 * @param objectId BOP's object number
 * @param objectToCamera model frame to camera frame, metres
 * @param published the same pose with the rotation as in the file, metres; accuracy is measured against it
 * @param visibleFraction visible share of the silhouette, 0 to 1; 1 if the data does not state it
 */
public record BopPose(int index, int objectId, Se3 objectToCamera, PoseMatrix published, double visibleFraction) {}
