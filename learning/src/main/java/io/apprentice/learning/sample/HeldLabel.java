package io.apprentice.learning.sample;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import java.util.List;

/**
 * A label as the replay holds it: instead of the frame, a small picture of it and a generous cut-out around each
 * object.
 *
 * @param small the whole frame, shrunk
 */
public record HeldLabel(LabelReference reference, CameraIntrinsics intrinsics, CutOut small, List<HeldObject> objects) {

    /**
     * A square part of the frame.
     *
     * @param frameToCutOut shift and scale only
     * @param jpeg its pixels, compressed
     */
    record CutOut(Affine2 frameToCutOut, byte[] jpeg) {}

    /**
     * One object.
     *
     * @param label what the teacher believes; its pose is present
     * @param trusted whether the pose passed the gate and is regressed to; if not, it only gives the place of the
     *     object
     * @param cutOut twice the side of the usual crop, around it
     * @param boxX centre of the box around the projected keypoints, frame pixels
     * @param boxY likewise
     * @param boxWidth its width, frame pixels
     * @param boxHeight its height, frame pixels
     */
    public record HeldObject(
            ObjectLabel label,
            boolean trusted,
            CutOut cutOut,
            double boxX,
            double boxY,
            double boxWidth,
            double boxHeight) {

        double size() {
            return Math.max(boxWidth, boxHeight);
        }
    }
}
