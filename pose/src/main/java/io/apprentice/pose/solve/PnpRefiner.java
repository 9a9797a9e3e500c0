package io.apprentice.pose.solve;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.util.Arrays;

/**
 * Levenberg-Marquardt over the six degrees of freedom, minimising the weighted squared reprojection error.
 *
 * <pre>x_camera = exp(r) R x_object + t + d,  H = sum w J^T J,  covariance = variance * H^-1</pre>
 */
final class PnpRefiner {

    private static final int ITERATIONS = 20;
    private static final int DOF = 6;

    private final double[] points;
    private final double[] pixels;
    private final double[] weights;
    private final CameraIntrinsics camera;
    private final double[] hessian = new double[DOF * DOF];
    private final double[] slope = new double[DOF];

    /**
     * A refiner over n correspondences.
     *
     * @param points object points, 3 n
     * @param pixels undistorted frame pixels, 2 n
     * @param weights n, each at least 0
     */
    PnpRefiner(double[] points, double[] pixels, double[] weights, CameraIntrinsics camera) {
        this.points = points;
        this.pixels = pixels;
        this.weights = weights;
        this.camera = camera;
    }

    /** The minimum near {@code start}; {@code start} itself if nothing better is found. */
    Se3 refine(Se3 start) {
        Se3 pose = start;
        double cost = linearise(pose);
        double damping = 1e-4;
        for (int i = 0; i < ITERATIONS && Double.isFinite(cost); i++) {
            double[] step = solve(damping);
            if (!Arrays.stream(step).allMatch(Double::isFinite)) {
                break;
            }
            Se3 candidate = moved(pose, step);
            double candidateCost = cost(candidate);
            if (candidateCost < cost) {
                boolean converged = cost - candidateCost < 1e-12 * cost;
                pose = candidate;
                cost = linearise(pose);
                damping = Math.max(damping / 10, 1e-12);
                if (converged) {
                    break;
                }
            } else {
                damping *= 10;
                if (damping > 1e8) {
                    break;
                }
            }
        }
        return pose;
    }

    /**
     * Covariance of the minimum if every correspondence is measured with the same variance and unit weight; not a
     * number if the correspondences do not determine the pose.
     *
     * @param variance along each image axis, square pixels
     */
    double[] covariance(Se3 pose, double variance) {
        linearise(pose);
        double[] covariance = new double[DOF * DOF];
        for (int column = 0; column < DOF; column++) {
            Arrays.fill(slope, 0);
            slope[column] = -variance;
            double[] x = solve(0);
            for (int row = 0; row < DOF; row++) {
                covariance[row * DOF + column] = x[row];
            }
        }
        return covariance;
    }

    private static Se3 moved(Se3 pose, double[] step) {
        Vec3 rotation = new Vec3(step[3], step[4], step[5]);
        double angle = rotation.norm();
        Quaternion turned = angle < 1e-15
                ? pose.rotation()
                : Quaternion.about(rotation, angle).times(pose.rotation());
        return new Se3(turned, pose.translation().plus(new Vec3(step[0], step[1], step[2])));
    }

    private double cost(Se3 pose) {
        double[] r = pose.rotation().matrix();
        double cost = 0;
        for (int i = 0; i < weights.length; i++) {
            double x = rotated(r, 0, i) + pose.translation().x();
            double y = rotated(r, 3, i) + pose.translation().y();
            double z = rotated(r, 6, i) + pose.translation().z();
            if (!(z > 0)) {
                return Double.POSITIVE_INFINITY;
            }
            double ex = camera.fx() * x / z + camera.cx() - pixels[2 * i];
            double ey = camera.fy() * y / z + camera.cy() - pixels[2 * i + 1];
            cost += weights[i] * (ex * ex + ey * ey);
        }
        return cost;
    }

    private double rotated(double[] r, int row, int i) {
        return r[row] * points[3 * i] + r[row + 1] * points[3 * i + 1] + r[row + 2] * points[3 * i + 2];
    }

    /** Fills {@code hessian} and {@code slope}; returns the cost. */
    private double linearise(Se3 pose) {
        Arrays.fill(hessian, 0);
        Arrays.fill(slope, 0);
        double[] r = pose.rotation().matrix();
        double[] jx = new double[DOF];
        double[] jy = new double[DOF];
        double cost = 0;
        for (int i = 0; i < weights.length; i++) {
            double px = rotated(r, 0, i);
            double py = rotated(r, 3, i);
            double pz = rotated(r, 6, i);
            double x = px + pose.translation().x();
            double y = py + pose.translation().y();
            double z = pz + pose.translation().z();
            if (!(z > 0)) {
                return Double.POSITIVE_INFINITY;
            }
            double ex = camera.fx() * x / z + camera.cx() - pixels[2 * i];
            double ey = camera.fy() * y / z + camera.cy() - pixels[2 * i + 1];
            double ux = camera.fx() / z;
            double uz = -ux * x / z;
            double vy = camera.fy() / z;
            double vz = -vy * y / z;
            jx[0] = ux;
            jx[1] = 0;
            jx[2] = uz;
            jx[3] = uz * py;
            jx[4] = ux * pz - uz * px;
            jx[5] = -ux * py;
            jy[0] = 0;
            jy[1] = vy;
            jy[2] = vz;
            jy[3] = vz * py - vy * pz;
            jy[4] = -vz * px;
            jy[5] = vy * px;
            double w = weights[i];
            cost += w * (ex * ex + ey * ey);
            for (int a = 0; a < DOF; a++) {
                slope[a] += w * (jx[a] * ex + jy[a] * ey);
                for (int b = 0; b < DOF; b++) {
                    hessian[a * DOF + b] += w * (jx[a] * jx[b] + jy[a] * jy[b]);
                }
            }
        }
        return cost;
    }

    /** Solves {@code (H + damping * diag H) x = -slope} by Cholesky; not a number if it is singular. */
    private double[] solve(double damping) {
        double[] l = new double[DOF * DOF];
        for (int i = 0; i < DOF; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = hessian[i * DOF + j] * (i == j ? 1 + damping : 1);
                for (int k = 0; k < j; k++) {
                    sum -= l[i * DOF + k] * l[j * DOF + k];
                }
                l[i * DOF + j] = i == j ? Math.sqrt(sum) : sum / l[j * DOF + j];
            }
        }
        double[] x = new double[DOF];
        for (int i = 0; i < DOF; i++) {
            double sum = -slope[i];
            for (int k = 0; k < i; k++) {
                sum -= l[i * DOF + k] * x[k];
            }
            x[i] = sum / l[i * DOF + i];
        }
        for (int i = DOF - 1; i >= 0; i--) {
            double sum = x[i];
            for (int k = i + 1; k < DOF; k++) {
                sum -= l[k * DOF + i] * x[k];
            }
            x[i] = sum / l[i * DOF + i];
        }
        return x;
    }
}
