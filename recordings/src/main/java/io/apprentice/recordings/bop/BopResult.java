package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.PoseMatrix;

/**
 * One row of a BOP results file: an estimate.
 *
 * @param scene BOP's number of the scene
 * @param image BOP's number of the image
 * @param object BOP's number of the object
 * @param score confidence, higher is better, on any scale
 * @param objectToCamera model frame to camera frame, metres, the rotation as the file has it
 * @param seconds time that the whole image took; -1 if unknown
 */
public record BopResult(int scene, int image, int object, double score, PoseMatrix objectToCamera, double seconds) {}
