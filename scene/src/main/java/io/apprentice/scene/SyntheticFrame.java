package io.apprentice.scene;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import java.util.List;

/**
 * A picture of the synthetic camera and the truth about it.
 *
 * @param image the picture; belongs to the receiver
 * @param intrinsics the camera
 * @param truth one entry per object, in the order of the objects
 */
public record SyntheticFrame(RgbImage image, CameraIntrinsics intrinsics, List<TruePose> truth) {}
