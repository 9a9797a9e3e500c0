package io.apprentice.scene;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.Shapes;
import io.apprentice.pose.object.Texture;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.scene.render.Light;
import io.apprentice.scene.render.Material;
import io.apprentice.scene.render.Renderer;
import io.apprentice.scene.render.Shadows;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A table in a room, with clutter around objects that the caller places. World frame: z up, table top at z = 0. */
final class Stage {
    private static final Vec3 X = new Vec3(1, 0, 0);
    private static final Vec3 Z = new Vec3(0, 0, 1);
    private static final double ROOM = 2.5;
    private static final int SHADOW_RAYS = 4;
    private static final double LAMP_SIZE = 0.09;
    /** Of a ray, so that no shadow is endless. */
    private static final double LEAST_RISE = 0.02;

    private final List<Standing> objects;
    private final List<Prop> clutter = new ArrayList<>();
    private final List<Prop> room = new ArrayList<>();
    private final Prop table;
    private final double half;
    private final Shadows shadows;

    /**
     * Furnishes a stage.
     *
     * @param scale 1 for an object with the parcel's diameter, 0.36 m; everything else grows with it
     * @param things number of things on the table
     * @param shadowPoints points of the table's shadows in a row; more give sharper shadows
     */
    Stage(
            RandomGenerator random,
            double scale,
            List<Standing> objects,
            int things,
            int shadowPoints,
            Surfaces surfaces) {
        this.objects = List.copyOf(objects);
        Material top = new Material(Randoms.colour(random, 0.55, 1.1, 0.2), Randoms.chance(random, 0.4) ? 0.25 : 0);
        float repeat = (float) (Randoms.uniform(random, 0.8, 3.5) / scale);
        half = scale * Randoms.uniform(random, 0.75, 1.2);
        TriangleMesh plane = Shapes.plane(lines(half, top.gloss() > 0 ? 6 : 1), repeat, surfaces.any(random));
        Se3 turned = new Se3(Quaternion.about(Z, Randoms.uniform(random, 0, 6.3)), Vec3.ZERO);
        table = new Prop(plane, turned, top, Vec3.ZERO);
        shadows = new Shadows(shadowPoints, (float) half * repeat);
        addRoom(random, scale, surfaces);
        for (int i = 0; i < things; i++) {
            addClutter(random, scale, surfaces);
        }
    }

    /** Where an object stands. */
    Se3 objectToWorld(int object) {
        return objects.get(object).objectToWorld();
    }

    /** Draws everything; an object is drawn with its index as its number. */
    void draw(Renderer renderer) {
        for (int i = 0; i < objects.size(); i++) {
            objects.get(i).draw(renderer, new Material(Material.PLAIN.tint(), 0.12), i);
        }
        drawAround(renderer);
    }

    /** Draws all but the objects. */
    void drawAround(Renderer renderer) {
        for (Prop prop : clutter) {
            renderer.draw(prop.mesh(), prop.meshToWorld(), prop.material(), Renderer.NO_OBJECT);
        }
        renderer.draw(table.mesh(), table.meshToWorld(), table.material(), shadows, Renderer.NO_OBJECT);
        for (Prop prop : room) {
            renderer.draw(prop.mesh(), prop.meshToWorld(), prop.material(), Renderer.NO_OBJECT);
        }
    }

    /**
     * Casts soft shadows of objects and clutter on the table: for each point of a grid, the share of a small lamp that is
     * not blocked.
     */
    void castShadows(Light light) {
        Vec3 across = light.towards().cross(X).normalized();
        Vec3 other = light.towards().cross(across);
        byte[] blocked = new byte[shadows.side() * shadows.side()];
        for (int s = 0; s < SHADOW_RAYS; s++) {
            double a = 2 * Math.PI * (s + 0.3) / SHADOW_RAYS;
            Vec3 ray = light.towards()
                    .plus(across.times(LAMP_SIZE * Math.cos(a)))
                    .plus(other.times(LAMP_SIZE * Math.sin(a)));
            for (Standing standing : objects) {
                Vec3 low = standing.object().low();
                Vec3 high = standing.object().high();
                Vec3 middle = low.plus(high).times(0.5);
                block(standing.objectToWorld(), middle, high.minus(middle), ray, 1 << s, blocked);
            }
            for (Prop prop : clutter) {
                block(prop.meshToWorld(), Vec3.ZERO, prop.half(), ray, 1 << s, blocked);
            }
        }
        for (int row = 0, i = 0; row < shadows.side(); row++) {
            for (int column = 0; column < shadows.side(); column++, i++) {
                shadows.set(column, row, 1 - (float) Integer.bitCount(blocked[i]) / SHADOW_RAYS);
            }
        }
    }

    /** Marks the points of the table from which a ray hits a box. */
    private void block(Se3 boxToWorld, Vec3 middle, Vec3 extent, Vec3 ray, int mark, byte[] blocked) {
        Se3 boxToTable = table.meshToWorld().inverse().times(boxToWorld);
        Vec3 up = table.meshToWorld().rotation().inverse().rotate(ray);
        double left = Double.POSITIVE_INFINITY;
        double right = Double.NEGATIVE_INFINITY;
        double near = Double.POSITIVE_INFINITY;
        double far = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < 8; c++) {
            Vec3 corner = boxToTable.transform(middle.plus(new Vec3(
                    (c & 1) == 0 ? -extent.x() : extent.x(),
                    (c & 2) == 0 ? -extent.y() : extent.y(),
                    (c & 4) == 0 ? -extent.z() : extent.z())));
            double steps = Math.max(0, corner.z()) / Math.max(LEAST_RISE, up.z());
            left = Math.min(left, corner.x() - steps * up.x());
            right = Math.max(right, corner.x() - steps * up.x());
            near = Math.min(near, corner.y() - steps * up.y());
            far = Math.max(far, corner.y() - steps * up.y());
        }
        Se3 tableToBox = boxToTable.inverse();
        double[] m = tableToBox.rotation().matrix();
        Vec3 t = tableToBox.translation().minus(middle);
        Vec3 d = tableToBox.rotation().rotate(up);
        double[] box = {
            m[0],
            m[1],
            t.x(),
            m[3],
            m[4],
            t.y(),
            m[6],
            m[7],
            t.z(),
            1 / d.x(),
            1 / d.y(),
            1 / d.z(),
            extent.x(),
            extent.y(),
            extent.z()
        };
        int last = shadows.side() - 1;
        double step = 2 * half / last;
        int bottom = (int) Math.min(last, Math.floor((half - near) / step)); // rows run towards -y
        for (int row = (int) Math.max(0, Math.ceil((half - far) / step)); row <= bottom; row++) {
            double y = half - row * step;
            for (int column = (int) Math.max(0, Math.ceil((left + half) / step));
                    column <= last && column * step - half <= right;
                    column++) {
                if (hits(box, column * step - half, y)) {
                    blocked[row * shadows.side() + column] |= (byte) mark;
                }
            }
        }
    }

    /** Whether the ray from (x, y, 0) hits a box; slab test in the box's frame. */
    private static boolean hits(double[] b, double x, double y) {
        double near = 0;
        double far = Double.POSITIVE_INFINITY;
        for (int a = 0; a < 3; a++) {
            double o = b[3 * a] * x + b[3 * a + 1] * y + b[3 * a + 2];
            double t1 = (-b[12 + a] - o) * b[9 + a];
            double t2 = (b[12 + a] - o) * b[9 + a];
            near = Math.max(near, Math.min(t1, t2));
            far = Math.min(far, Math.max(t1, t2));
        }
        return far > near;
    }

    /** Lines of a square from -half to half, in so many steps to either side: more than one where a highlight is seen. */
    private static float[] lines(double half, int steps) {
        float[] lines = new float[2 * steps + 1];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = (float) (half * ((double) i / steps - 1));
        }
        return lines;
    }

    private void addRoom(RandomGenerator random, double scale, Surfaces surfaces) {
        double r = ROOM * scale;
        float[] lines = lines(r, 1);
        Texture paper = surfaces.any(random);
        Vec3 paint = Randoms.colour(random, 0.75, 1.25, 0.2);
        for (int side = 0; side < 5; side++) {
            boolean floor = side == 4;
            boolean accent = Randoms.chance(random, 0.3);
            Texture texture = floor || accent ? surfaces.any(random) : paper;
            Vec3 tint = floor || accent ? Randoms.colour(random, 0.4, 1.0, 0.25) : paint;
            Quaternion upright = Quaternion.about(X, Math.PI / 2);
            Quaternion turn = Quaternion.about(Z, side * Math.PI / 2);
            Vec3 where = floor ? new Vec3(0, 0, -0.75 * scale) : turn.rotate(new Vec3(0, r, 0));
            Se3 pose = new Se3(floor ? Quaternion.IDENTITY : turn.times(upright), where);
            float repeat = (float) (Randoms.uniform(random, 0.3, 1.2) / scale);
            room.add(new Prop(Shapes.plane(lines, repeat, texture), pose, new Material(tint, 0), Vec3.ZERO));
        }
    }

    private void addClutter(RandomGenerator random, double scale, Surfaces surfaces) {
        double angle = Randoms.uniform(random, 0, 2 * Math.PI);
        Quaternion turn = Quaternion.about(Z, Randoms.uniform(random, 0, 2 * Math.PI));
        Prop thing = Prop.clutter(random, scale, new Se3(turn, Vec3.ZERO), surfaces);
        double reach = Math.hypot(thing.half().x(), thing.half().y());
        for (double away = Randoms.uniform(random, 0.1, 0.45); away < 0.7; away += 0.03) {
            Vec3 where = new Vec3(Math.cos(angle), Math.sin(angle), 0).times(away * scale);
            if (free(where, reach)) {
                clutter.add(thing.at(new Se3(turn, where)).standing());
                return;
            }
        }
    }

    private boolean free(Vec3 where, double reach) {
        for (Standing standing : objects) {
            Vec3 d = standing.objectToWorld().translation().minus(where);
            if (Math.hypot(d.x(), d.y()) < 0.93 * standing.radius() + reach) {
                return false;
            }
        }
        for (Prop prop : clutter) {
            Vec3 d = prop.meshToWorld().translation().minus(where);
            if (Math.hypot(d.x(), d.y())
                    < 0.9 * (Math.hypot(prop.half().x(), prop.half().y()) + reach)) {
                return false;
            }
        }
        return true;
    }
}
