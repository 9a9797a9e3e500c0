package io.apprentice.pose.geometry;

import java.util.List;
import java.util.Set;

/**
 * A pinhole camera with optional distortion; pixels, origin at the centre of the top-left pixel.
 *
 * @param fx focal length along x, pixels, above 0
 * @param fy focal length along y, pixels, above 0
 * @param cx principal point x, pixels
 * @param cy principal point y, pixels
 * @param width image width, pixels, at least 1
 * @param height image height, pixels, at least 1
 * @param distortion OpenCV's k1 k2 p1 p2 k3 k4 k5 k6 s1 s2 s3 s4 tauX tauY, the first 0, 4, 5, 8, 12 or 14; empty for none
 */
public record CameraIntrinsics(
        double fx, double fy, double cx, double cy, int width, int height, List<Double> distortion) {

    private static final Set<Integer> COUNTS = Set.of(0, 4, 5, 8, 12, 14);

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public CameraIntrinsics {
        distortion = List.copyOf(distortion);
        require(fx > 0 && Double.isFinite(fx), "fx", fx);
        require(fy > 0 && Double.isFinite(fy), "fy", fy);
        require(Double.isFinite(cx), "cx", cx);
        require(Double.isFinite(cy), "cy", cy);
        require(width >= 1, "width", width);
        require(height >= 1, "height", height);
        int n = distortion.size();
        if (!COUNTS.contains(n)) {
            throw new IllegalArgumentException(
                    "camera intrinsics: expected 0, 4, 5, 8, 12 or 14 distortion coefficients, got " + n);
        }
        distortion.forEach(k -> require(Double.isFinite(k), "distortion", k));
    }

    /** A camera without distortion. */
    public CameraIntrinsics(double fx, double fy, double cx, double cy, int width, int height) {
        this(fx, fy, cx, cy, width, height, List.of());
    }

    /** The pinhole camera with the same matrix. */
    public CameraIntrinsics withoutDistortion() {
        return new CameraIntrinsics(fx, fy, cx, cy, width, height);
    }

    private static void require(boolean holds, String name, double value) {
        if (!holds) {
            throw new IllegalArgumentException("camera intrinsics: %s is out of range: %s".formatted(name, value));
        }
    }

    /** Image x of a point in the camera frame, without distortion; meaningful only for z above 0. */
    public double projectX(Vec3 point) {
        return fx * point.x() / point.z() + cx;
    }

    /** Image y of a point in the camera frame, without distortion; meaningful only for z above 0. */
    public double projectY(Vec3 point) {
        return fy * point.y() / point.z() + cy;
    }

    /**
     * Image position of a point, with distortion.
     *
     * @param point camera frame, z above 0
     * @return x and y, pixels
     * @see "OpenCV, camera calibration and 3D reconstruction: rational model, thin prism, tilted sensor"
     */
    public double[] pixel(Vec3 point) {
        double x = point.x() / point.z();
        double y = point.y() / point.z();
        double r2 = x * x + y * y;
        double radial = (1 + r2 * (k(0) + r2 * (k(1) + r2 * k(4)))) / (1 + r2 * (k(5) + r2 * (k(6) + r2 * k(7))));
        double xd = x * radial + 2 * k(2) * x * y + k(3) * (r2 + 2 * x * x) + r2 * (k(8) + r2 * k(9));
        double yd = y * radial + k(2) * (r2 + 2 * y * y) + 2 * k(3) * x * y + r2 * (k(10) + r2 * k(11));
        if (k(12) != 0 || k(13) != 0) {
            double[] tilted = tilted(xd, yd);
            xd = tilted[0];
            yd = tilted[1];
        }
        return new double[] {fx * xd + cx, fy * yd + cy};
    }

    /** On a sensor that is tilted by tauX and tauY; OpenCV's R is that of y times that of x. */
    private double[] tilted(double x, double y) {
        double sx = Math.sin(k(12));
        double cosX = Math.cos(k(12));
        double sy = Math.sin(k(13));
        double cosY = Math.cos(k(13));
        double u = cosY * x + sy * sx * y - sy * cosX;
        double v = cosX * y + sx;
        double w = sy * x - cosY * sx * y + cosY * cosX;
        double r02 = -sy * cosX;
        double r12 = sx;
        double r22 = cosY * cosX;
        return new double[] {(r22 * u - r02 * w) / w, (r22 * v - r12 * w) / w};
    }

    private double k(int coefficient) {
        return coefficient < distortion.size() ? distortion.get(coefficient) : 0;
    }

    /**
     * The pinhole camera that sees what a crop of this one's undistorted image shows.
     *
     * @param frameToCrop scaling and shift only, no rotation or shear
     * @param size side of the square crop, pixels
     * @throws IllegalArgumentException if the map rotates or shears
     */
    public CameraIntrinsics cropped(Affine2 frameToCrop, int size) {
        if (frameToCrop.b() != 0 || frameToCrop.d() != 0) {
            throw new IllegalArgumentException("crop: expected scaling and shift only, got " + frameToCrop);
        }
        return new CameraIntrinsics(
                fx * frameToCrop.a(), fy * frameToCrop.e(), frameToCrop.u(cx, cy), frameToCrop.v(cx, cy), size, size);
    }
}
