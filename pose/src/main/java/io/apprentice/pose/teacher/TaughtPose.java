package io.apprentice.pose.teacher;

import io.apprentice.pose.geometry.Se3;

/**
 * A teacher's pose.
 *
 * @param objectToCamera the pose, metres
 * @param covariance 6 x 6 row-major, order x y z (metres) rx ry rz (radians): the object is moved by the translation and
 *     turned about its origin by the rotation vector, both along the camera's axes; zeros if unknown; not copied
 * @param confidence how sure the teacher is, 0 to 1; poses below {@code student.gate.min-score} are not regressed to
 */
public record TaughtPose(Se3 objectToCamera, double[] covariance, double confidence) {

    private static final int N = 6;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the confidence is not from 0 to 1, or the covariance has another length, a
     *     number that is not finite, or a variance below 0
     */
    public TaughtPose {
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence: expected 0 to 1, got " + confidence);
        }
        if (covariance.length != N * N) {
            throw new IllegalArgumentException("covariance: expected 6 x 6 numbers, got " + covariance.length);
        }
        for (int i = 0; i < covariance.length; i++) {
            boolean variance = i % (N + 1) == 0;
            if (!Double.isFinite(covariance[i]) || variance && covariance[i] < 0) {
                throw new IllegalArgumentException(
                        "covariance: expected finite numbers, and variances of at least 0, got " + covariance[i]
                                + " in row " + i / N + ", column " + i % N);
            }
        }
    }

    /** A pose whose covariance is unknown. */
    public TaughtPose(Se3 objectToCamera, double confidence) {
        this(objectToCamera, new double[N * N], confidence);
    }
}
