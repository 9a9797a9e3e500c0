package io.apprentice.wire;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.schemas.Pose;
import java.util.Optional;

/** Poses: unit quaternion and metres on both sides. */
public final class PoseMapping {

    /** Nothing that a camera sees is farther away, metres. */
    private static final double FARTHEST = 1e6;

    private PoseMapping() {}

    /** The record of a pose. */
    public static Pose toRecord(Se3 objectToCamera) {
        Quaternion q = objectToCamera.rotation();
        Vec3 t = objectToCamera.translation();
        return new Pose(q.x(), q.y(), q.z(), q.w(), t.x(), t.y(), t.z());
    }

    /**
     * The pose of a record.
     *
     * @throws IllegalArgumentException if its numbers are none: a quaternion without a length, or a place that is not finite
     *     or farther away than 1,000 km
     */
    public static Se3 fromRecord(Pose pose) {
        Vec3 translation = new Vec3(pose.getTx(), pose.getTy(), pose.getTz());
        if (!(translation.norm() <= FARTHEST)) {
            throw new IllegalArgumentException(
                    "pose: expected a translation of at most %.0f m, got %s".formatted(FARTHEST, translation));
        }
        return new Se3(new Quaternion(pose.getQx(), pose.getQy(), pose.getQz(), pose.getQw()), translation);
    }

    /** The same; empty if its numbers are no pose. */
    public static Optional<Se3> possible(Pose pose) {
        try {
            return Optional.of(fromRecord(pose));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
