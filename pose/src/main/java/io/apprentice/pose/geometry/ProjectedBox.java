package io.apprentice.pose.geometry;

import java.util.List;
import java.util.Optional;

/**
 * The upright box around projected points, pixels.
 *
 * @param left smallest x
 * @param top smallest y
 * @param right largest x
 * @param bottom largest y
 */
public record ProjectedBox(double left, double top, double right, double bottom) {

    /** Points nearer than this are not in front of the camera, metres. */
    private static final double NEAREST = 1e-6;

    /**
     * The box around an object's points in a frame.
     *
     * @param points object frame, metres; at least one
     * @return frame pixels; empty if a point is not in front of the camera
     */
    public static Optional<ProjectedBox> of(List<Vec3> points, Se3 objectToCamera, CameraIntrinsics camera) {
        double[] pixels = new double[2 * points.size()];
        for (int i = 0; i < points.size(); i++) {
            Vec3 point = objectToCamera.transform(points.get(i));
            if (!(point.z() > NEAREST)) {
                return Optional.empty();
            }
            pixels[2 * i] = camera.projectX(point);
            pixels[2 * i + 1] = camera.projectY(point);
        }
        return Optional.of(around(pixels));
    }

    /**
     * The box around pixels.
     *
     * @param pixels x1 y1 x2 y2 ..., at least one
     */
    public static ProjectedBox around(double[] pixels) {
        double left = pixels[0];
        double top = pixels[1];
        double right = left;
        double bottom = top;
        for (int i = 2; i < pixels.length; i += 2) {
            left = Math.min(left, pixels[i]);
            right = Math.max(right, pixels[i]);
            top = Math.min(top, pixels[i + 1]);
            bottom = Math.max(bottom, pixels[i + 1]);
        }
        return new ProjectedBox(left, top, right, bottom);
    }

    public double centreX() {
        return (left + right) / 2;
    }

    public double centreY() {
        return (top + bottom) / 2;
    }

    public double width() {
        return right - left;
    }

    public double height() {
        return bottom - top;
    }

    /** The object's apparent size. */
    public double longerSide() {
        return Math.max(width(), height());
    }
}
