package io.apprentice.pose.solve;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;

/**
 * A pose and how far to trust it.
 *
 * @param objectToCamera the pose, metres
 * @param inliers correspondences that agree with the pose
 * @param correspondences correspondences offered to the solver
 * @param reprojectionError root mean square over the inliers, pixels
 * @param support how many cells agree: the sum of scores of the votes that agree with the pose, divided by the number
 *     of keypoints
 * @param covariance 6 x 6 row-major, order x y z (metres) rx ry rz (radians): the object is moved by the translation
 *     and turned about its origin by the rotation vector, both along the camera's axes
 */
public record PnpSolution(
        Se3 objectToCamera,
        int inliers,
        int correspondences,
        double reprojectionError,
        double support,
        double[] covariance) {

    /**
     * The same solution for a pose that looks the same.
     *
     * @param symmetry object frame to object frame; the covariance follows if it moves the origin
     */
    public PnpSolution times(Se3 symmetry) {
        Vec3 s = objectToCamera.rotation().rotate(symmetry.translation());
        // a turn about the old origin moves the new one: t' = t + r x s
        double[][] lever = {{0, s.z(), -s.y()}, {-s.z(), 0, s.x()}, {s.y(), -s.x(), 0}};
        double[] moved = covariance.clone();
        for (int pass = 0; pass < 2; pass++) {
            double[] rows = moved.clone();
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 6; j++) {
                    for (int k = 0; k < 3; k++) {
                        rows[6 * i + j] += lever[i][k] * moved[6 * (3 + k) + j];
                    }
                }
            }
            for (int i = 0; i < 36; i++) {
                moved[i] = rows[6 * (i % 6) + i / 6];
            }
        }
        return new PnpSolution(
                objectToCamera.times(symmetry), inliers, correspondences, reprojectionError, support, moved);
    }

    /**
     * The squared distance of a true pose in units of the covariance, {@code e^T C^-1 e}: chi-square with six degrees
     * of freedom if the covariance is right.
     *
     * @return infinite if the covariance is not positive definite
     */
    public double squaredError(Se3 truth) {
        Quaternion turn = objectToCamera.rotation().times(truth.rotation().inverse());
        Vec3 axis = new Vec3(turn.x(), turn.y(), turn.z()).times(turn.w() < 0 ? -1 : 1);
        double sin = axis.norm();
        Vec3 r = axis.times(sin < 1e-12 ? 2 : 2 * Math.atan2(sin, Math.abs(turn.w())) / sin);
        Vec3 t = objectToCamera.translation().minus(truth.translation());
        double[] e = {t.x(), t.y(), t.z(), r.x(), r.y(), r.z()};
        double[] c = covariance.clone();
        double sum = 0;
        for (int p = 0; p < 6; p++) {
            if (!(c[7 * p] > 0)) {
                return Double.POSITIVE_INFINITY;
            }
            sum += e[p] * e[p] / c[7 * p];
            for (int row = p + 1; row < 6; row++) {
                double factor = c[6 * row + p] / c[7 * p];
                e[row] -= factor * e[p];
                for (int column = p; column < 6; column++) {
                    c[6 * row + column] -= factor * c[6 * p + column];
                }
            }
        }
        return sum;
    }
}
