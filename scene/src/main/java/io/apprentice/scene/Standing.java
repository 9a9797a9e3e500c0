package io.apprentice.scene;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.render.Material;
import io.apprentice.scene.render.Renderer;

/** An object of interest and where it stands. */
record Standing(ObjectModel object, Se3 objectToWorld) {

    /** The object with a rotation, at the origin, its lowest point on the table, z = 0. */
    static Standing turned(ObjectModel object, Quaternion turn) {
        double lowest = object.keypoints().stream()
                .mapToDouble(k -> turn.rotate(k).z())
                .min()
                .orElseThrow();
        return new Standing(object, new Se3(turn, new Vec3(0, 0, -lowest)));
    }

    /** The same object at another place on the table. */
    Standing at(Vec3 where) {
        Vec3 now = objectToWorld.translation();
        return new Standing(object, new Se3(objectToWorld.rotation(), new Vec3(where.x(), where.y(), now.z())));
    }

    /** Approximate radius of the circle on the table that holds the object, metres. */
    double radius() {
        Vec3 size = object.high().minus(object.low());
        return Math.hypot(size.x(), size.y()) / 2;
    }

    void draw(Renderer renderer, Material material, int number) {
        renderer.draw(object.mesh(), objectToWorld, material, number);
    }
}
