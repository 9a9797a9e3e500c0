package io.apprentice.scene;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;

/**
 * A picture to train on, with everything that is known about it. Arrays belong to the receiver.
 *
 * @param rgb the crop, {@code 3 * size * size} bytes, RGB interleaved
 * @param classIndex which of the objects it shows
 * @param objectToCamera its pose, metres, in the whole frame's camera frame (a crop does not turn the camera)
 * @param frameIntrinsics camera of the whole frame
 * @param frameToCrop from frame pixels to crop pixels; scaling and shift only
 * @param mask {@code size * size}, 1 where the object is visible, 2 where another of the objects is, else 0
 * @param surface {@code 3 * size * size}: planes x, y, z of the visible surface point, object frame, metres; NaN where
 *     the mask is not 1
 */
public record TrainingCrop(
        byte[] rgb,
        int classIndex,
        Se3 objectToCamera,
        CameraIntrinsics frameIntrinsics,
        Affine2 frameToCrop,
        byte[] mask,
        float[] surface) {}
