package io.apprentice.pose.label;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import java.util.List;

/**
 * One frame with the teacher's predictions for it: the unit of the fold.
 *
 * @param reference where the label came from
 * @param frame the picture
 * @param intrinsics the camera, of the picture's size
 * @param objects one entry per object, found or not
 */
public record Label(LabelReference reference, RgbImage frame, CameraIntrinsics intrinsics, List<ObjectLabel> objects) {

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if the picture has another size than the camera
     */
    public Label {
        objects = List.copyOf(objects);
        if (frame.width() != intrinsics.width() || frame.height() != intrinsics.height()) {
            throw new IllegalArgumentException("label: the camera has %d x %d pixels, the picture %d x %d"
                    .formatted(intrinsics.width(), intrinsics.height(), frame.width(), frame.height()));
        }
    }
}
