package io.apprentice.recordings.calibration;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.Windowless;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.global.opencv_calib3d;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Which numbers a camera cannot have. */
final class Plausible {

    static {
        Windowless.openCv();
    }

    private static final double SHORTEST = 0.1; // of the longer side: 157 degrees across it
    private static final double LONGEST = 100; // of the longer side: half a degree
    private static final double MOST_RATIO = 2.5; // of fx and fy; 2 in pictures of every other line
    private static final double FAR = 0.2; // of the picture's side, between the centre and the middle
    private static final double NEAR = 0.05;
    private static final double WORST_UNDISTORTION = 0.01; // of the picture's width

    private Plausible() {}

    static CameraIntrinsics checked(CameraIntrinsics camera, boolean sizeTold) throws IOException {
        check(camera.fx(), camera.fy(), camera.cx(), camera.cy(), camera.width(), camera.height(), sizeTold);
        return camera;
    }

    /**
     * Checks a camera's numbers, pixels.
     *
     * @param sizeTold whether the calibration itself says that it is for pictures of this size
     * @throws IOException naming the number that cannot be right, and what was expected
     */
    static void check(double fx, double fy, double cx, double cy, int width, int height, boolean sizeTold)
            throws IOException {
        String pictures = width + "x" + height;
        boolean shares = fx > 0 && fx < 10 && fy > 0 && fy < 10 && cx > 0 && cx < 1 && cy > 0 && cy < 1;
        String hint = shares
                ? String.format(
                        Locale.ROOT,
                        ". They look like shares of width and height; in pixels: fx %.6g, fy %.6g, cx %.6g, cy %.6g",
                        fx * width,
                        fy * height,
                        cx * width,
                        cy * height)
                : "";
        checkFocalLength("fx", fx, width, height, hint);
        checkFocalLength("fy", fy, width, height, hint);
        if (Math.max(fx, fy) > MOST_RATIO * Math.min(fx, fy)) {
            throw new IOException(
                    "fx of %s and fy of %s px are too different for one camera; expected a ratio of at most %s"
                            .formatted(fx, fy, MOST_RATIO));
        }
        checkCentre("cx", cx, width, pictures);
        checkCentre("cy", cy, height, pictures);
        String remedy = "; expected one near the middle. If it is right, add width and height to the calibration";
        if (!sizeTold) {
            boolean square = Math.abs(width - height) < FAR * Math.max(width, height);
            if (!square && off(cx, height) < NEAR && off(cy, width) < NEAR) {
                throw new IOException("the centre (%s, %s) is that of %dx%d pictures, but the camera's are %s%s"
                        .formatted(cx, cy, height, width, pictures, remedy));
            }
            if (farOff(cx, cy, width, height)) {
                throw new IOException(
                        "the centre (%s, %s) is far from the middle of %s pictures, as if for another size%s"
                                .formatted(cx, cy, pictures, remedy));
            }
        }
    }

    private static void checkFocalLength(String name, double f, int width, int height, String hint) throws IOException {
        int side = Math.max(width, height);
        if (!(f >= SHORTEST * side && f <= LONGEST * side)) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s of %s px cannot be for %dx%d pictures; expected %.0f to %.0f px%s",
                    name,
                    f,
                    width,
                    height,
                    SHORTEST * side,
                    LONGEST * side,
                    hint));
        }
    }

    private static void checkCentre(String name, double centre, int side, String pictures) throws IOException {
        if (!(centre >= -0.5 && centre <= side - 0.5)) {
            throw new IOException("%s of %s px lies outside %s pictures; expected 0 to %d, near the middle"
                    .formatted(name, centre, pictures, side - 1));
        }
    }

    /** How far from the middle of a side, as a share of the side. */
    private static double off(double centre, int side) {
        return Math.abs(centre - (side - 1) / 2.0) / side;
    }

    private static boolean farOff(double cx, double cy, int width, int height) {
        return off(cx, width) > FAR || off(cy, height) > FAR;
    }

    /** What can be, but looks odd. */
    static List<String> oddities(CameraIntrinsics camera) {
        List<String> odd = new ArrayList<>();
        if (farOff(camera.cx(), camera.cy(), camera.width(), camera.height())) {
            odd.add("the centre (%s, %s) is far from the middle of %dx%d pictures"
                    .formatted(camera.cx(), camera.cy(), camera.width(), camera.height()));
        }
        double error = camera.distortion().isEmpty() ? 0 : undistortionError(camera);
        if (!(error <= WORST_UNDISTORTION * camera.width())) {
            odd.add(String.format(
                    Locale.ROOT,
                    "the distortion cannot be undone at the picture's edge, by %.0f pixels: poses there will be off."
                            + " Are the coefficients in OpenCV's order k1 k2 p1 p2 k3 ...?",
                    error));
        }
        return odd;
    }

    /** The worst distance, over corners and edges, of a pixel from itself undistorted as pose solving does and distorted again. */
    private static double undistortionError(CameraIntrinsics camera) {
        double[] xs = {0, camera.width() / 2.0, camera.width() - 1};
        double[] ys = {0, camera.height() / 2.0, camera.height() - 1};
        double worst = 0;
        for (double x : xs) {
            for (double y : ys) {
                double[] again = camera.pixel(undistorted(camera, x, y));
                worst = Math.max(worst, Math.hypot(again[0] - x, again[1] - y));
            }
        }
        return worst;
    }

    private static Vec3 undistorted(CameraIntrinsics camera, double x, double y) {
        double[] coefficients =
                camera.distortion().stream().mapToDouble(Double::doubleValue).toArray();
        try (Mat matrix = doubles(3, 3, 1, camera.fx(), 0, camera.cx(), 0, camera.fy(), camera.cy(), 0, 0, 1);
                Mat distortion = doubles(1, coefficients.length, 1, coefficients);
                Mat source = doubles(1, 1, 2, x, y);
                Mat target = new Mat()) {
            opencv_calib3d.undistortPoints(source, target, matrix, distortion);
            double[] point = new double[2];
            try (DoublePointer data = new DoublePointer(target.data())) {
                data.get(point);
            }
            return new Vec3(point[0], point[1], 1);
        }
    }

    private static Mat doubles(int rows, int columns, int channels, double... values) {
        Mat matrix = new Mat(rows, columns, opencv_core.CV_64FC(channels));
        try (DoublePointer data = new DoublePointer(matrix.data())) {
            data.put(values);
        }
        return matrix;
    }
}
