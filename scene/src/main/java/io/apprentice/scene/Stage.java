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

    private final List<Standing> objects;
    private final List<Prop> clutter = new ArrayList<>();
    private final List<Prop> room = new ArrayList<>();
    private final Prop table;
    private final float[] shade;

    /**
     * Furnishes a stage.
     *
     * @param scale 1 for an object with the parcel's diameter, 0.36 m; everything else grows with it
     * @param things number of things on the table
     * @param tableLines lines of the grid in the middle of the table; more lines give sharper shadows
     */
    Stage(RandomGenerator random, double scale, List<Standing> objects, int things, int tableLines, Surfaces surfaces) {
        this.objects = List.copyOf(objects);
        Material top = new Material(Randoms.colour(random, 0.55, 1.1, 0.2), Randoms.chance(random, 0.4) ? 0.25 : 0);
        float repeat = (float) (Randoms.uniform(random, 0.8, 3.5) / scale);
        TriangleMesh plane = Shapes.plane(
                lines(scale, tableLines, Randoms.uniform(random, 0.75, 1.2)), repeat, surfaces.any(random));
        Se3 turned = new Se3(Quaternion.about(Z, Randoms.uniform(random, 0, 6.3)), Vec3.ZERO);
        table = new Prop(plane, turned, top, Vec3.ZERO);
        shade = new float[plane.vertices()];
        java.util.Arrays.fill(shade, 1);
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
        renderer.draw(table.mesh(), table.meshToWorld(), table.material(), shade, Renderer.NO_OBJECT);
        for (Prop prop : room) {
            renderer.draw(prop.mesh(), prop.meshToWorld(), prop.material(), Renderer.NO_OBJECT);
        }
    }

    /**
     * Casts soft shadows of objects and clutter on the table: for each grid point, the share of a small lamp that is
     * not blocked.
     */
    void castShadows(Light light) {
        int things = objects.size() + clutter.size();
        double[][] boxes = new double[things * SHADOW_RAYS][];
        Vec3 across = light.towards().cross(X).normalized();
        Vec3 other = light.towards().cross(across);
        List<Se3> worldToBox = new ArrayList<>();
        List<Vec3> centre = new ArrayList<>();
        List<Vec3> half = new ArrayList<>();
        for (Standing standing : objects) {
            Vec3 low = standing.object().low();
            Vec3 high = standing.object().high();
            worldToBox.add(standing.objectToWorld().inverse());
            centre.add(low.plus(high).times(0.5));
            half.add(high.minus(low).times(0.5));
        }
        for (Prop prop : clutter) {
            worldToBox.add(prop.meshToWorld().inverse());
            centre.add(Vec3.ZERO);
            half.add(prop.half());
        }
        for (int k = 0; k < things; k++) {
            for (int s = 0; s < SHADOW_RAYS; s++) {
                double a = 2 * Math.PI * (s + 0.3) / SHADOW_RAYS;
                Vec3 ray = light.towards()
                        .plus(across.times(LAMP_SIZE * Math.cos(a)))
                        .plus(other.times(LAMP_SIZE * Math.sin(a)));
                Vec3 d = worldToBox.get(k).rotation().rotate(ray);
                double[] m = worldToBox.get(k).rotation().matrix();
                Vec3 t = worldToBox.get(k).translation().minus(centre.get(k));
                Vec3 h = half.get(k);
                boxes[k * SHADOW_RAYS + s] = new double[] {
                    m[0], m[1], t.x(), m[3], m[4], t.y(), m[6], m[7], t.z(), 1 / d.x(), 1 / d.y(), 1 / d.z(), h.x(),
                    h.y(), h.z()
                };
            }
        }
        double[] turn = table.meshToWorld().rotation().matrix();
        float[] p = table.mesh().positions();
        for (int i = 0; i < shade.length; i++) {
            double x = turn[0] * p[3 * i] + turn[1] * p[3 * i + 1];
            double y = turn[3] * p[3 * i] + turn[4] * p[3 * i + 1];
            int seen = 0;
            for (int s = 0; s < SHADOW_RAYS; s++) {
                boolean blocked = false;
                for (int k = s; k < boxes.length && !blocked; k += SHADOW_RAYS) {
                    blocked = hits(boxes[k], x, y);
                }
                seen += blocked ? 0 : 1;
            }
            shade[i] = (float) seen / SHADOW_RAYS;
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

    private static float[] lines(double scale, int inner, double half) {
        float[] lines = new float[inner + 6];
        double middle = 0.42 * scale;
        double step = 2 * middle / (inner - 1);
        for (int i = 0; i < inner; i++) {
            lines[3 + i] = (float) (i * step - middle);
        }
        for (int i = 0; i < 3; i++) {
            float outer = (float) (middle + (half * scale - middle) * (3 - i) / 3);
            lines[i] = -outer;
            lines[lines.length - 1 - i] = outer;
        }
        return lines;
    }

    private void addRoom(RandomGenerator random, double scale, Surfaces surfaces) {
        double r = ROOM * scale;
        float[] lines = new float[7];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = (float) (r * (i / 3.0 - 1));
        }
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
