package io.apprentice.pose.geometry;

import java.util.Arrays;

/**
 * A pose as in a file: {@code x_camera = R x_object + t}, with R as published, which may not be exactly orthonormal.
 * Accuracy is measured on such poses, so that figures can be compared digit by digit; everything else uses {@link Se3}.
 */
public final class PoseMatrix {

    private final double[] r;
    private final double[] t;

    /**
     * A pose from its numbers.
     *
     * @param rotation R, 9 entries row-major; copied
     * @param translation t, 3 entries, in the unit of the points that it is for; copied
     * @throws IllegalArgumentException if a length is wrong or an entry is not finite
     */
    public PoseMatrix(double[] rotation, double[] translation) {
        r = checked("rotation", rotation, 9);
        t = checked("translation", translation, 3);
    }

    private static double[] checked(String what, double[] values, int count) {
        if (values.length != count || !Arrays.stream(values).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "%s: expected %d finite numbers, got %s".formatted(what, count, Arrays.toString(values)));
        }
        return values.clone();
    }

    /** The same pose as numbers. */
    public static PoseMatrix of(Se3 pose) {
        Vec3 t = pose.translation();
        return new PoseMatrix(pose.rotation().matrix(), new double[] {t.x(), t.y(), t.z()});
    }

    /** R, 9 entries row-major, as a copy. */
    public double[] rotation() {
        return r.clone();
    }

    /** t, 3 entries, as a copy. */
    public double[] translation() {
        return t.clone();
    }

    /** The composition: first {@code other}, then this. */
    public PoseMatrix times(PoseMatrix other) {
        double[] rotation = new double[9];
        for (int i = 0; i < 9; i++) {
            int row = i / 3 * 3;
            rotation[i] = r[row] * other.r[i % 3] + r[row + 1] * other.r[3 + i % 3] + r[row + 2] * other.r[6 + i % 3];
        }
        return new PoseMatrix(rotation, transform(other.t));
    }

    /**
     * Transforms points.
     *
     * @param points 3 n; not modified
     * @return 3 n
     */
    public double[] transform(double[] points) {
        double[] placed = new double[points.length];
        for (int i = 0; i < points.length; i += 3) {
            for (int row = 0; row < 3; row++) {
                placed[i + row] = r[3 * row] * points[i]
                        + r[3 * row + 1] * points[i + 1]
                        + r[3 * row + 2] * points[i + 2]
                        + t[row];
            }
        }
        return placed;
    }

    /**
     * Angle of the rotation that leads from {@code other} to this, radians, 0 to pi.
     *
     * <pre>acos((trace(R other.R^-1) - 1) / 2)</pre>
     *
     * with the inverse, not the transpose, and the argument clamped, as in bop_toolkit. For orthonormal rotations
     * {@link Quaternion#angleTo} is more exact; near 0 and pi this one is exact to 1e-7.
     *
     * @throws ArithmeticException if the other rotation has no inverse
     */
    public double angleTo(PoseMatrix other) {
        double[] m = other.r;
        // rows of the cofactor matrix: the inverse is its transpose over the determinant
        double[] cofactors = {
            m[4] * m[8] - m[5] * m[7], m[5] * m[6] - m[3] * m[8], m[3] * m[7] - m[4] * m[6],
            m[2] * m[7] - m[1] * m[8], m[0] * m[8] - m[2] * m[6], m[1] * m[6] - m[0] * m[7],
            m[1] * m[5] - m[2] * m[4], m[2] * m[3] - m[0] * m[5], m[0] * m[4] - m[1] * m[3]
        };
        double determinant = m[0] * cofactors[0] + m[1] * cofactors[1] + m[2] * cofactors[2];
        if (determinant == 0) {
            throw new ArithmeticException("no inverse: rotation " + Arrays.toString(m));
        }
        double trace = 0;
        for (int i = 0; i < 9; i++) {
            trace += r[i] * cofactors[i] / determinant;
        }
        return Math.acos(Math.max(-1, Math.min(1, (trace - 1) / 2)));
    }
}
