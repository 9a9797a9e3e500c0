package io.apprentice.learning.sample;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.Distortion;
import io.apprentice.pose.image.Windowless;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.prediction.LocalPredictions;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_calib3d;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Takes a lens's distortion out of a label, so that all that follows may assume a pinhole camera. Picture and predictions
 * are moved; the camera keeps its matrix. The foreground map stays where it was, since it is too coarse for the difference
 * to matter.
 */
final class Undistortion {

    static {
        Windowless.openCv();
    }

    private Undistortion() {}

    /** The label as a pinhole camera would have made it; unchanged if its camera is one. */
    static Label apply(Label label) {
        CameraIntrinsics k = label.intrinsics();
        if (k.distortion().isEmpty()) {
            return label;
        }
        try (Mat matrix = doubles(3, 3, k.fx(), 0, k.cx(), 0, k.fy(), k.cy(), 0, 0, 1);
                Mat distortion = doubles(
                        1,
                        k.distortion().size(),
                        k.distortion().stream().mapToDouble(Double::doubleValue).toArray())) {
            List<ObjectLabel> objects = label.objects().stream()
                    .map(object -> object.with(undistorted(object.predictions(), matrix, distortion)))
                    .toList();
            return new Label(label.reference(), Distortion.removed(label.frame(), k), k.withoutDistortion(), objects);
        }
    }

    private static LocalPredictions undistorted(LocalPredictions given, Mat matrix, Mat distortion) {
        if (given.size() == 0) {
            return given;
        }
        float[] points = new float[given.points().length];
        try (Mat source = new Mat(points.length / 2, 1, opencv_core.CV_32FC2);
                Mat target = new Mat();
                Mat noRotation = new Mat();
                FloatPointer from = new FloatPointer(source.data())) {
            from.put(given.points());
            opencv_calib3d.undistortPoints(source, target, matrix, distortion, noRotation, matrix);
            try (FloatPointer to = new FloatPointer(target.data())) {
                to.get(points);
            }
        }
        return given.withPoints(points);
    }

    private static Mat doubles(int rows, int columns, double... values) {
        Mat matrix = new Mat(rows, columns, opencv_core.CV_64F);
        try (DoublePointer data = new DoublePointer(matrix.data())) {
            data.put(values);
        }
        return matrix;
    }
}
