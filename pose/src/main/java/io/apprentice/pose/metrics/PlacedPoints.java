package io.apprentice.pose.metrics;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Se3;
import java.util.Arrays;

/** An object's points in the camera frame. */
final class PlacedPoints {

    private final double[] xyz;

    private PlacedPoints(double[] xyz) {
        this.xyz = xyz;
    }

    /** Points 3 n of the object frame, in a pose. */
    static PlacedPoints of(float[] points, Se3 objectToCamera) {
        double[] exact = new double[points.length];
        for (int i = 0; i < points.length; i++) {
            exact[i] = points[i];
        }
        return of(exact, PoseMatrix.of(objectToCamera));
    }

    /** Points 3 n of the object frame, in a pose. */
    static PlacedPoints of(double[] points, PoseMatrix objectToCamera) {
        return new PlacedPoints(objectToCamera.transform(points));
    }

    private int size() {
        return xyz.length / 3;
    }

    double meanDistance(PlacedPoints other) {
        double sum = 0;
        for (int i = 0; i < xyz.length; i += 3) {
            sum += Math.sqrt(squared(other, i, i));
        }
        return sum / size();
    }

    double largestDistance(PlacedPoints other) {
        double largest = 0;
        for (int i = 0; i < xyz.length; i += 3) {
            largest = Math.max(largest, squared(other, i, i));
        }
        return Math.sqrt(largest);
    }

    /** The distance to the nearest of the others, averaged over these points. */
    double meanDistanceToNearest(PlacedPoints others) {
        // the others are sorted along z and searched outwards from the point's z until z alone is too far
        double[] along = new double[others.size()];
        Integer[] order = new Integer[along.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (i, j) -> Double.compare(others.xyz[3 * i + 2], others.xyz[3 * j + 2]));
        double[] sorted = new double[others.xyz.length];
        for (int i = 0; i < along.length; i++) {
            System.arraycopy(others.xyz, 3 * order[i], sorted, 3 * i, 3);
            along[i] = sorted[3 * i + 2];
        }
        PlacedPoints candidates = new PlacedPoints(sorted);
        double sum = 0;
        for (int i = 0; i < xyz.length; i += 3) {
            int found = Arrays.binarySearch(along, xyz[i + 2]);
            int above = found < 0 ? -found - 1 : found;
            int below = above - 1;
            double nearest = Double.POSITIVE_INFINITY;
            while (above < along.length && square(along[above] - xyz[i + 2]) < nearest) {
                nearest = Math.min(nearest, squared(candidates, i, 3 * above++));
            }
            while (below >= 0 && square(along[below] - xyz[i + 2]) < nearest) {
                nearest = Math.min(nearest, squared(candidates, i, 3 * below--));
            }
            sum += Math.sqrt(nearest);
        }
        return sum / size();
    }

    /** In the image, pixels; infinite if a point is not in front of the camera. */
    double meanImageDistance(PlacedPoints other, CameraIntrinsics camera) {
        double sum = 0;
        for (int i = 0; i < xyz.length; i += 3) {
            sum += imageDistance(other, camera, i);
        }
        return sum / size();
    }

    /** In the image, pixels; infinite if a point is not in front of the camera. */
    double largestImageDistance(PlacedPoints other, CameraIntrinsics camera) {
        double largest = 0;
        for (int i = 0; i < xyz.length; i += 3) {
            largest = Math.max(largest, imageDistance(other, camera, i));
        }
        return largest;
    }

    private double imageDistance(PlacedPoints other, CameraIntrinsics camera, int i) {
        if (!(xyz[i + 2] > 0 && other.xyz[i + 2] > 0)) {
            return Double.POSITIVE_INFINITY;
        }
        double u = camera.fx() * (xyz[i] / xyz[i + 2] - other.xyz[i] / other.xyz[i + 2]);
        double v = camera.fy() * (xyz[i + 1] / xyz[i + 2] - other.xyz[i + 1] / other.xyz[i + 2]);
        return Math.sqrt(u * u + v * v);
    }

    /** The box around the projected points, not clipped. */
    Overlap.Box imageBox(CameraIntrinsics camera) {
        double x0 = Double.POSITIVE_INFINITY;
        double y0 = Double.POSITIVE_INFINITY;
        double x1 = Double.NEGATIVE_INFINITY;
        double y1 = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < xyz.length; i += 3) {
            double u = camera.fx() * xyz[i] / xyz[i + 2] + camera.cx();
            double v = camera.fy() * xyz[i + 1] / xyz[i + 2] + camera.cy();
            x0 = Math.min(x0, u);
            y0 = Math.min(y0, v);
            x1 = Math.max(x1, u);
            y1 = Math.max(y1, v);
        }
        return new Overlap.Box(x0, y0, x1 - x0, y1 - y0);
    }

    private double squared(PlacedPoints other, int i, int j) {
        return square(xyz[i] - other.xyz[j])
                + square(xyz[i + 1] - other.xyz[j + 1])
                + square(xyz[i + 2] - other.xyz[j + 2]);
    }

    private static double square(double x) {
        return x * x;
    }
}
