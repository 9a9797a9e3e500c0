package io.apprentice.pose.geometry;

/** A rotation as a unit quaternion x y z w; {@code q} and {@code -q} are the same rotation. */
public record Quaternion(double x, double y, double z, double w) {

    /** No rotation. */
    public static final Quaternion IDENTITY = new Quaternion(0, 0, 0, 1);

    /**
     * Normalises to unit length.
     *
     * @throws IllegalArgumentException if the length is zero or not finite
     */
    public Quaternion {
        double norm = Math.sqrt(x * x + y * y + z * z + w * w);
        if (!(norm > 0) || Double.isInfinite(norm)) {
            throw new IllegalArgumentException(
                    "quaternion: expected a finite length above 0, got [%s, %s, %s, %s]".formatted(x, y, z, w));
        }
        x /= norm;
        y /= norm;
        z /= norm;
        w /= norm;
    }

    /** Rotation by {@code angle} radians about {@code axis}, right-handed; the axis may have any length above 0. */
    public static Quaternion about(Vec3 axis, double angle) {
        Vec3 u = axis.normalized().times(Math.sin(angle / 2));
        return new Quaternion(u.x(), u.y(), u.z(), Math.cos(angle / 2));
    }

    /**
     * The rotation of a matrix.
     *
     * @param m rotation matrix, 9 entries row-major, orthonormal with determinant one
     */
    public static Quaternion ofMatrix(double[] m) {
        if (m.length != 9) {
            throw new IllegalArgumentException("rotation matrix: expected 9 entries, got " + m.length);
        }
        double trace = m[0] + m[4] + m[8];
        if (trace > 0) {
            double s = 2 * Math.sqrt(1 + trace);
            return new Quaternion((m[7] - m[5]) / s, (m[2] - m[6]) / s, (m[3] - m[1]) / s, s / 4);
        }
        if (m[0] > m[4] && m[0] > m[8]) {
            double s = 2 * Math.sqrt(1 + m[0] - m[4] - m[8]);
            return new Quaternion(s / 4, (m[1] + m[3]) / s, (m[2] + m[6]) / s, (m[7] - m[5]) / s);
        }
        if (m[4] > m[8]) {
            double s = 2 * Math.sqrt(1 + m[4] - m[0] - m[8]);
            return new Quaternion((m[1] + m[3]) / s, s / 4, (m[5] + m[7]) / s, (m[2] - m[6]) / s);
        }
        double s = 2 * Math.sqrt(1 + m[8] - m[0] - m[4]);
        return new Quaternion((m[2] + m[6]) / s, (m[5] + m[7]) / s, s / 4, (m[3] - m[1]) / s);
    }

    /** The rotation matrix, 9 entries row-major. */
    public double[] matrix() {
        return new double[] {
            1 - 2 * (y * y + z * z),
            2 * (x * y - z * w),
            2 * (x * z + y * w),
            2 * (x * y + z * w),
            1 - 2 * (x * x + z * z),
            2 * (y * z - x * w),
            2 * (x * z - y * w),
            2 * (y * z + x * w),
            1 - 2 * (x * x + y * y)
        };
    }

    /** The composition: first {@code other}, then this. */
    public Quaternion times(Quaternion other) {
        return new Quaternion(
                w * other.x + x * other.w + y * other.z - z * other.y,
                w * other.y - x * other.z + y * other.w + z * other.x,
                w * other.z + x * other.y - y * other.x + z * other.w,
                w * other.w - x * other.x - y * other.y - z * other.z);
    }

    /** The opposite rotation. */
    public Quaternion inverse() {
        return new Quaternion(-x, -y, -z, w);
    }

    /** The vector, rotated. */
    public Vec3 rotate(Vec3 v) {
        Vec3 u = new Vec3(x, y, z);
        Vec3 t = u.cross(v).times(2);
        return v.plus(t.times(w)).plus(u.cross(t));
    }

    /** Angle of the rotation that leads from {@code other} to this, radians, 0 to pi. */
    public double angleTo(Quaternion other) {
        Quaternion d = times(other.inverse());
        return 2 * Math.atan2(Math.sqrt(d.x * d.x + d.y * d.y + d.z * d.z), Math.abs(d.w));
    }
}
