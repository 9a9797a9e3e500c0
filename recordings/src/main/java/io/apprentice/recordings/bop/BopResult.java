package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.PoseMatrix;

/**
 * One row of a BOP results file: an estimate.
 *
 * @param scene BOP's scene number
 * @param image BOP's image number
 * @param object BOP's object number
 * @param score confidence, higher is better, on any scale
 * @param objectToCamera model frame to camera frame, metres, with the rotation as in the file
 * @param seconds time for the whole image; -1 if unknown
 */
public record BopResult(int scene, int image, int object, double score, PoseMatrix objectToCamera, double seconds) {}
