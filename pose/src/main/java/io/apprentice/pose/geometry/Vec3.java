package io.apprentice.pose.geometry;

/** A point or direction in space; metres where it is a position. */
public record Vec3(double x, double y, double z) {

    /** The origin. */
    public static final Vec3 ZERO = new Vec3(0, 0, 0);

    /** Sum, as a new vector. */
    public Vec3 plus(Vec3 other) {
        return new Vec3(x + other.x, y + other.y, z + other.z);
    }

    /** Difference, as a new vector. */
    public Vec3 minus(Vec3 other) {
        return new Vec3(x - other.x, y - other.y, z - other.z);
    }

    /** Product with a number, as a new vector. */
    public Vec3 times(double factor) {
        return new Vec3(x * factor, y * factor, z * factor);
    }

    /** Scalar product. */
    public double dot(Vec3 other) {
        return x * other.x + y * other.y + z * other.z;
    }

    /** Vector product, right-handed. */
    public Vec3 cross(Vec3 other) {
        return new Vec3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x);
    }

    /** Euclidean length. */
    public double norm() {
        return Math.sqrt(dot(this));
    }

    /**
     * The direction of this vector.
     *
     * @throws ArithmeticException if the length is zero
     */
    public Vec3 normalized() {
        double norm = norm();
        if (norm == 0) {
            throw new ArithmeticException("the zero vector has no direction");
        }
        return times(1 / norm);
    }
}
