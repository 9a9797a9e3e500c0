package io.apprentice.pose.image;

import io.apprentice.pose.geometry.CameraIntrinsics;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.global.opencv_calib3d;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Removes lens distortion from a picture. */
public final class Distortion {

    static {
        Windowless.openCv();
    }

    private Distortion() {}

    /** The picture of a pinhole camera with the same matrix; the frame itself if its camera has no distortion. */
    public static RgbImage removed(RgbImage frame, CameraIntrinsics camera) {
        if (camera.distortion().isEmpty()) {
            return frame;
        }
        double[] coefficients =
                camera.distortion().stream().mapToDouble(Double::doubleValue).toArray();
        byte[] rgb = new byte[frame.rgb().length];
        try (Mat matrix = doubles(3, 3, camera.fx(), 0, camera.cx(), 0, camera.fy(), camera.cy(), 0, 0, 1);
                Mat distortion = doubles(1, coefficients.length, coefficients);
                Mat source = new Mat(frame.height(), frame.width(), opencv_core.CV_8UC3);
                Mat target = new Mat();
                BytePointer from = source.data()) {
            from.put(frame.rgb());
            opencv_calib3d.undistort(source, target, matrix, distortion, matrix);
            try (BytePointer to = target.data()) {
                to.get(rgb);
            }
        }
        return new RgbImage(frame.width(), frame.height(), rgb);
    }

    private static Mat doubles(int rows, int columns, double... values) {
        Mat matrix = new Mat(rows, columns, opencv_core.CV_64F);
        try (DoublePointer data = new DoublePointer(matrix.data())) {
            data.put(values);
        }
        return matrix;
    }
}
