package io.apprentice.wire;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.schemas.Pose;

/** Poses: unit quaternion and metres on both sides. */
public final class PoseMapping {

    private PoseMapping() {}

    /** The record of a pose. */
    public static Pose toRecord(Se3 objectToCamera) {
        Quaternion q = objectToCamera.rotation();
        Vec3 t = objectToCamera.translation();
        return new Pose(q.x(), q.y(), q.z(), q.w(), t.x(), t.y(), t.z());
    }

    /** The pose of a record. */
    public static Se3 fromRecord(Pose pose) {
        return new Se3(
                new Quaternion(pose.getQx(), pose.getQy(), pose.getQz(), pose.getQw()),
                new Vec3(pose.getTx(), pose.getTy(), pose.getTz()));
    }
}
