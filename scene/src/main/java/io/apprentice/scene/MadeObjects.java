package io.apprentice.scene;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.pose.object.Texture;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Objects made by code, each a function of seed and number: boxes, turned shapes, blobs, prisms, and several of them
 * joined, with thin parts; printed, patterned, with a gradient, a colour per part, or bare. A network that has learnt
 * many of them is a start for objects that nobody has seen yet.
 *
 * <p>Bare boxes, turned shapes and prisms have the symmetries of their shape. The others have none by intention: a few of
 * them, such as two rods in a line, still look the same after a turn.
 */
public final class MadeObjects {
    private static final Vec3 X = new Vec3(1, 0, 0);
    private static final Vec3 Y = new Vec3(0, 1, 0);
    private static final Vec3 Z = new Vec3(0, 0, 1);
    private static final int BITS = 7;
    private static final int SIDE = 1 << BITS;
    private static final int ROUND = 32;

    private enum Look {
        BARE,
        PARTS,
        GRADIENT,
        PATTERN,
        PRINT
    }

    private final RandomGenerator random;
    private final Look look;
    private final Solids solids = new Solids();
    private SymmetryGroup symmetries = SymmetryGroup.NONE;

    private MadeObjects(RandomGenerator random) {
        this.random = random;
        look = Look.values()[random.nextInt(Look.values().length)];
    }

    /** The objects from number 0 on, called {@code made-0}, {@code made-1} and so on. */
    public static List<ObjectModel> of(int count, long seed) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> new MadeObjects(Randoms.of(seed, i)).make("made-" + i))
                .toList();
    }

    private ObjectModel make(String id) {
        int kind = random.nextInt(20);
        if (kind < 5) {
            box();
        } else if (kind < 9) {
            turned();
        } else if (kind < 12) {
            blob();
        } else if (kind < 15) {
            prism();
        } else {
            joined();
        }
        double diagonal = Randoms.uniform(random, 0.08, 0.4);
        boolean bare = look == Look.BARE;
        return ObjectModel.of(id, solids.build(texture(), diagonal), bare ? symmetries : SymmetryGroup.NONE);
    }

    private void box() {
        double hx = Randoms.uniform(random, 0.15, 1);
        double hy = Randoms.chance(random, 0.25) ? hx : apart(hx);
        double hz = Randoms.chance(random, 0.3) ? Randoms.uniform(random, 0.04, 0.15) : apart(Math.max(hx, hy));
        faces(new Vec3(hx, hy, hz));
        List<Se3> motions = new ArrayList<>(turns(Z, hx == hy ? 4 : 2));
        for (int i = 0; i < (hx == hy ? 4 : 2); i++) {
            double angle = Math.PI * i / (hx == hy ? 4 : 2);
            motions.add(turn(new Vec3(Math.cos(angle), Math.sin(angle), 0), Math.PI));
        }
        symmetries = new SymmetryGroup(motions, List.of());
    }

    /** A length of 0.2 to 1 that differs clearly from another one. */
    private double apart(double other) {
        double length = Randoms.uniform(random, 0.2, 1);
        return Math.abs(length - other) > 0.12 * other ? length : other * Randoms.uniform(random, 1.15, 1.5);
    }

    private void faces(Vec3 h) {
        float third = 1 / 3f;
        Vec3[][] faces = {
            {X, Y, Z},
            {X, Y.times(-1), Z.times(-1)},
            {Y, Z, X},
            {Y.times(-1), Z, X.times(-1)},
            {X.times(-1), Z, Y},
            {X, Z, Y.times(-1)}
        };
        float[] whole = {0, 0, 1, 1};
        for (int f = 0; f < 6; f++) {
            Vec3[] axes = faces[f];
            Vec3 right = along(axes[0], h);
            Vec3 up = along(axes[1], h);
            Vec3 out = along(axes[2], h);
            part(whole, f % 3 * third, f < 3 ? 0 : 0.5f, third, 0.5f);
            solids.patch(4, 4, (s, t) -> out.plus(right.times(2 * s - 1)).plus(up.times(1 - 2 * t)));
        }
    }

    private static Vec3 along(Vec3 axis, Vec3 h) {
        return new Vec3(axis.x() * h.x(), axis.y() * h.y(), axis.z() * h.z());
    }

    /** Paints the next patch with a part of an area of the texture. */
    private void part(float[] area, float left, float top, float width, float height) {
        float w = area[2] - area[0];
        float h = area[3] - area[1];
        float margin = 0.01f;
        solids.paint(
                area[0] + w * (left + margin),
                area[1] + h * (top + margin),
                area[0] + w * (left + width - margin),
                area[1] + h * (top + height - margin));
    }

    /** A smooth line of radii from top to bottom, turned about z. */
    private void turned() {
        int knots = random.nextInt(3, 7);
        double[] radii = new double[knots];
        double slim = Randoms.uniform(random, 0.15, 1);
        for (int i = 0; i < knots; i++) {
            radii[i] = slim * Randoms.uniform(random, 0.35, 1);
        }
        boolean angular = Randoms.chance(random, 0.4);
        part(new float[] {0, 0, 1, 1}, 0, 0, 1, 0.7f);
        solids.patch(ROUND, 16, (s, t) -> onCircle(s, radius(radii, t, angular), 1 - 2 * t));
        part(new float[] {0, 0, 1, 1}, 0, 0.7f, 0.5f, 0.3f);
        solids.patch(ROUND, 1, (s, t) -> onCircle(s, t * radii[0], 1));
        part(new float[] {0, 0, 1, 1}, 0.5f, 0.7f, 0.5f, 0.3f);
        solids.patch(ROUND, 1, (s, t) -> onCircle(s, (1 - t) * radii[knots - 1], -1));
        symmetries = new SymmetryGroup(List.of(), List.of(new SymmetryGroup.Axis(Z, Vec3.ZERO)));
    }

    private static Vec3 onCircle(double s, double radius, double z) {
        return new Vec3(radius * Math.cos(2 * Math.PI * s), radius * Math.sin(2 * Math.PI * s), z);
    }

    private static double radius(double[] knots, double t, boolean angular) {
        double x = t * (knots.length - 1);
        int i = Math.min((int) x, knots.length - 2);
        double f = x - i;
        double g = angular ? f : f * f * (3 - 2 * f);
        return knots[i] + g * (knots[i + 1] - knots[i]);
    }

    /** An ellipsoid, rounder or squarer, with bumps. */
    private void blob() {
        double[] half = {
            Randoms.uniform(random, 0.35, 1), Randoms.uniform(random, 0.35, 1), Randoms.uniform(random, 0.35, 1)
        };
        double power = Randoms.uniform(random, 0.4, 1.1);
        int bumps = random.nextInt(3, 8);
        Vec3[] where = new Vec3[bumps];
        double[] height = new double[bumps];
        double[] sharp = new double[bumps];
        for (int i = 0; i < bumps; i++) {
            where[i] = Randoms.direction(random);
            height[i] = Randoms.uniform(random, -0.35, 0.6);
            sharp[i] = Randoms.uniform(random, 3, 14);
        }
        solids.paint(0.01f, 0.01f, 0.99f, 0.99f);
        solids.patch(40, 24, (s, t) -> {
            double azimuth = 2 * Math.PI * s;
            double polar = Math.PI * t;
            Vec3 d =
                    new Vec3(Math.sin(polar) * Math.cos(azimuth), Math.sin(polar) * Math.sin(azimuth), Math.cos(polar));
            double r = 1;
            for (int i = 0; i < bumps; i++) {
                r += height[i] * Math.exp(sharp[i] * (d.dot(where[i]) - 1));
            }
            return new Vec3(
                    half[0] * r * power(d.x(), power),
                    half[1] * r * power(d.y(), power),
                    half[2] * r * power(d.z(), power));
        });
    }

    private static double power(double x, double exponent) {
        return Math.signum(x) * Math.pow(Math.abs(x), exponent);
    }

    /** A polygon around the z axis, regular or not, drawn out along it. */
    private void prism() {
        int n = random.nextInt(3, 9);
        boolean regular = Randoms.chance(random, 0.35);
        boolean star = n >= 5 && Randoms.chance(random, 0.4);
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            double angle = 2 * Math.PI * (i + (regular ? 0 : Randoms.uniform(random, -0.35, 0.35))) / n;
            double r = regular ? 1 : Randoms.uniform(random, star ? 0.3 : 0.6, 1);
            x[i] = r * Math.cos(angle);
            y[i] = r * Math.sin(angle);
        }
        double h = Randoms.uniform(random, 0.1, 1.6);
        float[] whole = {0, 0, 1, 1};
        for (int i = 0; i < n; i++) {
            int a = i;
            int b = (i + 1) % n;
            part(whole, (float) i / n, 0, 1f / n, 0.6f);
            solids.patch(2, 2, (s, t) -> new Vec3(x[a] + s * (x[b] - x[a]), y[a] + s * (y[b] - y[a]), h * (1 - 2 * t)));
        }
        for (int cap = 0; cap < 2; cap++) {
            double sign = cap == 0 ? 1 : -1;
            part(whole, 0.5f * cap, 0.6f, 0.5f, 0.4f);
            solids.patch(n, 1, (s, t) -> {
                int corner = (int) Math.round((sign > 0 ? s : 1 - s) * n) % n;
                return new Vec3(t * x[corner], t * y[corner], sign * h);
            });
        }
        if (regular) {
            List<Se3> motions = new ArrayList<>(turns(Z, n));
            for (int i = 0; i < n; i++) {
                double angle = Math.PI * i / n;
                motions.add(turn(new Vec3(Math.cos(angle), Math.sin(angle), 0), Math.PI));
            }
            symmetries = new SymmetryGroup(motions, List.of());
        }
    }

    /** Two to six parts: a body, and things that stand out of it, some of them thin. */
    private void joined() {
        int parts = random.nextInt(2, 7);
        for (int p = 0; p < parts; p++) {
            boolean body = p == 0;
            double size = body ? 1 : Randoms.uniform(random, 0.25, 0.8);
            Vec3 where = body ? Vec3.ZERO : Randoms.direction(random).times(Randoms.uniform(random, 0.5, 1));
            Quaternion turn = Randoms.chance(random, 0.6) ? square() : Randoms.rotation(random);
            solids.place(new Se3(turn, where), size);
            float left = p % 3 / 3f;
            float top = p < 3 ? 0 : 0.5f;
            float[] area = {left, top, left + 1 / 3f, top + 0.5f};
            piece(body ? random.nextInt(3) : random.nextInt(5), area);
        }
    }

    /** A rotation by right angles. */
    private Quaternion square() {
        return Quaternion.about(List.of(X, Y, Z).get(random.nextInt(3)), Math.PI / 2 * random.nextInt(4));
    }

    private void piece(int kind, float[] area) {
        part(area, 0, 0, 1, 1);
        double a = Randoms.uniform(random, 0.3, 1);
        double b = Randoms.uniform(random, 0.3, 1);
        switch (kind) {
            case 0 -> ball(a, b, 0.25); // nearly a box
            case 1 -> ball(a, b, 1);
            case 2 -> rod(a, Randoms.uniform(random, 0.3, 1));
            case 3 -> rod(Randoms.uniform(random, 0.06, 0.2), 1);
            default -> ring(Randoms.uniform(random, 0.08, 0.3), Randoms.uniform(random, 1, 2));
        }
    }

    private void ball(double a, double b, double power) {
        solids.patch(24, 16, (s, t) -> {
            double azimuth = 2 * Math.PI * s;
            double polar = Math.PI * t;
            return new Vec3(
                    power(Math.sin(polar), power) * power(Math.cos(azimuth), power),
                    a * power(Math.sin(polar), power) * power(Math.sin(azimuth), power),
                    b * power(Math.cos(polar), power));
        });
    }

    private void rod(double radius, double half) {
        double[] outline = {0, radius, radius, 0};
        double[] height = {half, half, -half, -half};
        for (int k = 0; k < 3; k++) {
            int from = k;
            solids.patch(
                    20,
                    k == 1 ? 4 : 1,
                    (s, t) -> onCircle(
                            s,
                            outline[from] + t * (outline[from + 1] - outline[from]),
                            height[from] + t * (height[from + 1] - height[from])));
        }
    }

    private void ring(double thickness, double share) {
        solids.patch(28, 10, (s, t) -> {
            double round = Math.PI * share * s;
            double r = 1 + thickness * Math.cos(2 * Math.PI * t);
            return new Vec3(r * Math.cos(round), r * Math.sin(round), -thickness * Math.sin(2 * Math.PI * t));
        });
    }

    private static List<Se3> turns(Vec3 axis, int fold) {
        return IntStream.range(1, fold)
                .mapToObj(i -> turn(axis, 2 * Math.PI * i / fold))
                .toList();
    }

    private static Se3 turn(Vec3 axis, double angle) {
        return new Se3(Quaternion.about(axis, angle), Vec3.ZERO);
    }

    private Texture texture() {
        int[] texels = new int[SIDE * SIDE];
        switch (look) {
            case BARE -> fill(texels, 0, 0, SIDE, SIDE, colour());
            case PARTS -> {
                // thirds by halves, as the faces of a box and joined parts lie in it
                for (int p = 0; p < 6; p++) {
                    fill(texels, p % 3 * SIDE / 3, p < 3 ? 0 : SIDE / 2, SIDE / 3 + 1, SIDE / 2, colour());
                }
            }
            case GRADIENT -> gradient(texels, colour(), colour(), colour(), colour());
            case PATTERN -> {
                Texture one = Patterns.any(random, 0, Patterns.HELD_OUT);
                Texture other = Patterns.any(random, 0, Patterns.HELD_OUT);
                int tint = colour();
                int second = colour();
                int split = random.nextInt(SIDE / 4, 3 * SIDE / 4);
                for (int i = 0; i < texels.length; i++) {
                    boolean first = (i % SIDE + i / SIDE / 2) % SIDE < split;
                    int from = (first ? one : other).level(1)[i];
                    texels[i] = mixed(from, first ? tint : second, 0.45);
                }
            }
            default -> print(texels);
        }
        double grain = Randoms.uniform(random, 0, 0.045);
        for (int i = 0; i < texels.length; i++) {
            texels[i] = mixed(texels[i], random.nextInt(0x1000000), grain);
        }
        return new Texture(texels, BITS, BITS);
    }

    /** A ground with labels, bars, pictures of rectangles and discs, and rows like text. */
    private void print(int[] texels) {
        fill(texels, 0, 0, SIDE, SIDE, colour());
        for (int k = random.nextInt(6, 30); k > 0; k--) {
            int w = random.nextInt(4, 60);
            int h = random.nextInt(4, 40);
            int x = random.nextInt(-5, SIDE);
            int y = random.nextInt(-5, SIDE);
            int colour = colour();
            switch (random.nextInt(3)) {
                case 0 -> fill(texels, x, y, w, h, colour);
                case 1 -> {
                    for (int j = 0; j < h * h; j++) {
                        int dx = j % h - h / 2;
                        int dy = j / h - h / 2;
                        if (4 * (dx * dx + dy * dy) < h * h) {
                            fill(texels, x + dx, y + dy, 1, 1, colour);
                        }
                    }
                }
                default -> {
                    int pitch = random.nextInt(3, 7);
                    for (int row = 0; row < h; row += pitch) {
                        for (int i = 0; i < w; i += 1 + random.nextInt(4)) {
                            fill(texels, x + i, y + row, 1 + random.nextInt(2), pitch - 1 - random.nextInt(2), colour);
                        }
                    }
                }
            }
        }
    }

    private static void gradient(int[] texels, int a, int b, int c, int d) {
        for (int i = 0; i < texels.length; i++) {
            double s = (double) (i % SIDE) / SIDE;
            double t = Math.floorDiv(i, SIDE) / (double) SIDE;
            texels[i] = mixed(mixed(a, b, s), mixed(c, d, s), t);
        }
    }

    private static int mixed(int a, int b, double share) {
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = a >> shift & 255;
            mixed |= (int) (from + share * ((b >> shift & 255) - from)) << shift;
        }
        return mixed;
    }

    private static void fill(int[] texels, int x, int y, int w, int h, int colour) {
        for (int j = Math.max(y, 0); j < Math.min(y + h, SIDE); j++) {
            for (int i = Math.max(x, 0); i < Math.min(x + w, SIDE); i++) {
                texels[j * SIDE + i] = colour;
            }
        }
    }

    private int colour() {
        double grey = Randoms.uniform(random, 15, 240);
        double vivid = Randoms.chance(random, 0.5) ? 0.15 : 0.9;
        int colour = 0;
        for (int c = 0; c < 3; c++) {
            double value = grey * (1 + Randoms.uniform(random, -vivid, vivid));
            colour = colour << 8 | (int) Math.max(0, Math.min(255, value));
        }
        return colour;
    }
}
