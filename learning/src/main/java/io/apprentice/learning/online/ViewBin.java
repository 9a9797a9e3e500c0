package io.apprentice.learning.online;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;

/**
 * The view of an object, in steps: direction to the camera (about 11 degrees), roll (30 degrees), distance (a quarter).
 *
 * @param face side of a cube around the object through which the direction passes, 0 to 5
 * @param u row of the cell on that side
 * @param v column
 * @param roll angle of one of the object's axes in the picture
 * @param distance from the camera, logarithmic
 */
record ViewBin(int face, int u, int v, int roll, int distance) {

    private static final int CELLS = 8;
    private static final double ROLL_STEP = Math.PI / 6;
    private static final double DISTANCE_STEP = Math.log(1.25);

    static ViewBin of(Se3 objectToCamera) {
        Vec3 camera = objectToCamera.inverse().translation();
        double[] c = {camera.x(), camera.y(), camera.z()};
        int axis = 0;
        for (int i = 1; i < 3; i++) {
            axis = Math.abs(c[i]) > Math.abs(c[axis]) ? i : axis;
        }
        double along = Math.max(Math.abs(c[axis]), Double.MIN_NORMAL);
        // the z axis where it can be seen, else the x axis: either side of the switch is another bin
        Vec3 across = objectToCamera.rotation().rotate(axis == 2 ? new Vec3(1, 0, 0) : new Vec3(0, 0, 1));
        return new ViewBin(
                2 * axis + (c[axis] < 0 ? 1 : 0),
                cell(c[(axis + 1) % 3] / along),
                cell(c[(axis + 2) % 3] / along),
                (int) Math.floor(Math.atan2(across.y(), across.x()) / ROLL_STEP),
                (int) Math.floor(Math.log(Math.max(camera.norm(), Double.MIN_NORMAL)) / DISTANCE_STEP));
    }

    /** Equal angles: a tangent from -1 to 1. */
    private static int cell(double tangent) {
        return (int) Math.floor(CELLS * (0.5 + Math.atan(tangent) / (Math.PI / 2)));
    }
}
