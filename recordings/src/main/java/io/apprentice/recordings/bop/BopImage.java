package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.CameraIntrinsics;
import java.nio.file.Path;
import java.util.List;

/**
 * One image of a scene.
 *
 * @param number BOP's image number
 * @param file the image, JPEG or PNG
 * @param fx focal length along x, pixels
 * @param fy focal length along y, pixels
 * @param cx principal point x, pixels
 * @param cy principal point y, pixels
 * @param truth the true poses; empty if the data has none
 */
public record BopImage(int number, Path file, double fx, double fy, double cx, double cy, List<BopPose> truth) {

    /** Copies the list. */
    public BopImage {
        truth = List.copyOf(truth);
    }

    /**
     * The camera of this image; BOP does not state the size, so it comes from the decoded image.
     *
     * @param width image width, pixels
     * @param height image height, pixels
     */
    public CameraIntrinsics intrinsics(int width, int height) {
        return new CameraIntrinsics(fx, fy, cx, cy, width, height);
    }
}
