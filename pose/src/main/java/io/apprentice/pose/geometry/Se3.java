package io.apprentice.pose.geometry;

/**
 * A rigid transform in metres. Name variables for both frames, as in {@code objectToCamera}:
 * {@code x_camera = R x_object + t}.
 */
public record Se3(Quaternion rotation, Vec3 translation) {

    /** The identity. */
    public static final Se3 IDENTITY = new Se3(Quaternion.IDENTITY, Vec3.ZERO);

    /** The point, rotated and then translated. */
    public Vec3 transform(Vec3 point) {
        return rotation.rotate(point).plus(translation);
    }

    /** The composition, first {@code other}, then this: {@code bToC.times(aToB)} is {@code aToC}. */
    public Se3 times(Se3 other) {
        return new Se3(rotation.times(other.rotation), transform(other.translation));
    }

    /** The inverse transform. */
    public Se3 inverse() {
        Quaternion back = rotation.inverse();
        return new Se3(back, back.rotate(translation).times(-1));
    }
}
