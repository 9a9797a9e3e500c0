package io.apprentice.scene;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.Shapes;
import io.apprentice.pose.object.Texture;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.scene.render.Material;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A thing in a scene that is not an object of interest.
 *
 * @param half half its extent along its own axes, metres; for shadows
 */
record Prop(TriangleMesh mesh, Se3 meshToWorld, Material material, Vec3 half) {
    private static final float[] WHOLE = {0, 0, 1, 1};
    private static final float[][] EVERY_FACE = {WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE};
    private static final Vec3 SKIN = new Vec3(0.85, 0.6, 0.48);
    private static final Quaternion LYING = Quaternion.about(new Vec3(0, 1, 0), Math.PI / 2);

    static Prop box(double hx, double hy, double hz, Se3 toWorld, Material material, Texture texture) {
        TriangleMesh mesh = Shapes.box((float) hx, (float) hy, (float) hz, 1, EVERY_FACE, texture);
        return new Prop(mesh, toWorld, material, new Vec3(hx, hy, hz));
    }

    static Prop cylinder(double bottom, double top, double hz, Se3 toWorld, Material material, Texture texture) {
        TriangleMesh mesh = Shapes.cylinder((float) bottom, (float) top, (float) hz, 16, texture);
        double r = 0.85 * Math.max(bottom, top);
        return new Prop(mesh, toWorld, material, new Vec3(r, r, hz));
    }

    /**
     * A box, book, can or cup.
     *
     * @param scale 1 where a parcel of 0.36 m is the object
     */
    static Prop clutter(RandomGenerator random, double scale, Se3 pose, Surfaces surfaces) {
        Texture texture = surfaces.any(random);
        Material material = new Material(Randoms.colour(random, 0.6, 1.2, 0.35), Randoms.chance(random, 0.4) ? 0.4 : 0);
        double a = scale * Randoms.uniform(random, 0.025, 0.11);
        double b = scale * Randoms.uniform(random, 0.025, 0.11);
        double h = scale * Randoms.uniform(random, 0.02, 0.09);
        return switch (random.nextInt(4)) {
            case 0 -> box(a, b, h, pose, material, texture);
            case 1 -> box(1.2 * a, 0.9 * a, Math.min(h, 0.25 * a), pose, material, texture);
            case 2 -> cylinder(0.5 * a, 0.5 * a, h, pose, material, texture);
            default -> cylinder(0.4 * a, 0.55 * a, 0.8 * h, pose, material, texture);
        };
    }

    /** The same thing elsewhere. */
    Prop at(Se3 elsewhere) {
        return new Prop(mesh, elsewhere, material, half);
    }

    /** The same thing, standing on the table instead of reaching into it. */
    Prop standing() {
        Vec3 t = meshToWorld.translation();
        return at(new Se3(meshToWorld.rotation(), new Vec3(t.x(), t.y(), t.z() + half.z())));
    }

    /**
     * Something that passes in front of the camera: a hand with its arm, a rod, or a card; around the origin, in the
     * plane z = 0, about 0.2 across where the scale is 1.
     */
    static List<Prop> occluder(RandomGenerator random, double scale, Surfaces surfaces) {
        Texture texture = surfaces.any(random);
        Vec3 tint = Randoms.colour(random, 0.5, 1.2, 0.4);
        int kind = random.nextInt(3);
        if (kind == 0) {
            double r = scale * Randoms.uniform(random, 0.006, 0.025);
            return List.of(cylinder(r, r, 0.4 * scale, new Se3(LYING, Vec3.ZERO), new Material(tint, 0.3), texture));
        }
        if (kind == 1) {
            double side = scale * Randoms.uniform(random, 0.025, 0.06);
            return List.of(box(side, 0.7 * side, 0.05 * side, Se3.IDENTITY, new Material(tint, 0), texture));
        }
        return hand(random, scale, texture);
    }

    /** Palm, four fingers that spread towards -x, a thumb, and a sleeve towards +x. */
    private static List<Prop> hand(RandomGenerator random, double scale, Texture sleeve) {
        Material skin = new Material(SKIN.times(Randoms.uniform(random, 0.35, 1.15)), 0.1);
        Texture plain = Patterns.PLAIN;
        double spread = Randoms.uniform(random, 0.03, 0.18);
        Prop[] parts = new Prop[7];
        parts[0] = box(0.042 * scale, 0.038 * scale, 0.012 * scale, Se3.IDENTITY, skin, plain);
        for (int f = 0; f < 5; f++) {
            boolean thumb = f == 4;
            double angle = thumb ? 0.9 : spread * (f - 1.5);
            double length = scale * (thumb ? 0.028 : 0.036 - 0.004 * Math.abs(f - 1.4));
            Vec3 knuckle = new Vec3(thumb ? 0 : -0.04, thumb ? 0.036 : 0.0195 * (f - 1.5), 0).times(scale);
            Vec3 along = new Vec3(-Math.cos(angle), Math.sin(angle), 0);
            Se3 pose = new Se3(
                    Quaternion.about(new Vec3(0, 0, 1), -angle).times(LYING), knuckle.plus(along.times(length)));
            parts[1 + f] = cylinder(0.0095 * scale, 0.0095 * scale, length, pose, skin, plain);
        }
        Se3 arm = new Se3(LYING, new Vec3(0.24 * scale, 0, 0));
        parts[6] = cylinder(0.03 * scale, 0.045 * scale, 0.2 * scale, arm, Material.PLAIN, sleeve);
        return List.of(parts);
    }
}
