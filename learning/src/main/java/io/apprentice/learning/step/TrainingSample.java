package io.apprentice.learning.step;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.prediction.LocalPredictions;
import io.apprentice.scene.TrainingCrop;
import java.util.Optional;

/**
 * One crop to learn from.
 *
 * @param rgb size x size x 3 bytes RGB
 * @param classIndex class of the object in the crop, from 0
 * @param frameToCrop map from frame pixels to crop pixels
 * @param frameIntrinsics the frame's camera
 * @param objectToCamera pose to regress to; empty: no regression
 * @param mask size x size bytes, 1 where the crop shows the object, 2 where it shows another known one; all 0: nothing
 *     but background
 * @param teacher the teacher's local predictions in frame pixels; empty: no alignment
 * @param features the teacher's feature pyramid on this crop, {@code [cells][channels]}; length 0: none known
 * @param surface what part of the surface is seen at the centre of each cell that learns it, the patch or the code, or -1;
 *     length 0: not known
 */
public record TrainingSample(
        byte[] rgb,
        int classIndex,
        Affine2 frameToCrop,
        CameraIntrinsics frameIntrinsics,
        Optional<Se3> objectToCamera,
        byte[] mask,
        Optional<LocalPredictions> teacher,
        float[] features,
        int[] surface) {

    /** A rendered crop with its truth, without predictions of a teacher and without what is known of its surface; arrays are shared. */
    public static TrainingSample of(TrainingCrop crop) {
        return of(crop, new int[0]);
    }

    public static TrainingSample of(TrainingCrop crop, int[] surface) {
        return new TrainingSample(
                crop.rgb(),
                crop.classIndex(),
                crop.frameToCrop(),
                crop.frameIntrinsics(),
                Optional.of(crop.objectToCamera()),
                crop.mask(),
                Optional.empty(),
                new float[0],
                surface);
    }
}
