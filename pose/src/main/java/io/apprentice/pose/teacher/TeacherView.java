package io.apprentice.pose.teacher;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import java.util.Optional;

/**
 * A frame as a teacher sees it.
 *
 * @param camera id of the camera
 * @param sequence the camera's frame counter; rises, and most numbers are left out
 * @param recorded the image's numbers in its dataset, if it comes from one
 * @param image the picture, with the lens's distortion
 * @param intrinsics the camera, of the picture's size
 */
public record TeacherView(
        String camera, long sequence, Optional<RecordedImage> recorded, RgbImage image, CameraIntrinsics intrinsics) {

    /**
     * An image's numbers in a dataset in BOP's layout.
     *
     * @param scene BOP's scene number
     * @param image BOP's image number
     */
    public record RecordedImage(int scene, int image) {}
}
