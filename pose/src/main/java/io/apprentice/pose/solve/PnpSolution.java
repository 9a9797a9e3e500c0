package io.apprentice.pose.solve;

import io.apprentice.pose.geometry.Se3;

/**
 * A pose and how far to trust it.
 *
 * @param objectToCamera the pose, metres
 * @param inliers correspondences that agree with the pose
 * @param correspondences correspondences offered to the solver
 * @param reprojectionError root mean square over the inliers, pixels
 * @param covariance 6 x 6 row-major, order x y z (metres) rx ry rz (radians): object moved by the translation and turned
 *     about its origin by the rotation vector, both along the camera's axes
 */
public record PnpSolution(
        Se3 objectToCamera, int inliers, int correspondences, double reprojectionError, double[] covariance) {}
