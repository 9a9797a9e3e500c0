package io.apprentice.scene;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;

/** Where a camera stands and looks; world z up. */
public final class Viewpoint {
    private static final Vec3 UP = new Vec3(0, 0, 1);
    private static final Vec3 FORWARD = UP;

    private Viewpoint() {}

    /**
     * The transform from world to camera of a camera that looks at a target.
     *
     * @param eye where the camera stands, not straight above the target
     * @param roll turn about the line of sight, radians
     */
    public static Se3 lookAt(Vec3 eye, Vec3 target, double roll) {
        Vec3 forward = target.minus(eye).normalized();
        Vec3 right = forward.cross(UP).normalized();
        Vec3 down = forward.cross(right);
        Quaternion level = Quaternion.ofMatrix(new double[] {
            right.x(), right.y(), right.z(), down.x(), down.y(), down.z(), forward.x(), forward.y(), forward.z()
        });
        Quaternion rotation = Quaternion.about(FORWARD, roll).times(level);
        return new Se3(rotation, rotation.rotate(eye).times(-1));
    }

    /** A point at a distance from another, seen from it at an azimuth and elevation, radians. */
    public static Vec3 orbit(Vec3 centre, double azimuth, double elevation, double distance) {
        return centre.plus(new Vec3(
                        Math.cos(azimuth) * Math.cos(elevation),
                        Math.sin(azimuth) * Math.cos(elevation),
                        Math.sin(elevation))
                .times(distance));
    }

    /** Turns the camera so that what was in the middle of its picture appears in the direction (x, y, 1). */
    static Se3 aside(Se3 worldToCamera, double x, double y) {
        Vec3 to = new Vec3(x, y, 1).normalized();
        Vec3 axis = FORWARD.cross(to);
        if (axis.norm() < 1e-9) {
            return worldToCamera;
        }
        Quaternion turn = Quaternion.about(axis, Math.asin(Math.min(1, axis.norm())));
        return new Se3(turn, Vec3.ZERO).times(worldToCamera);
    }
}
