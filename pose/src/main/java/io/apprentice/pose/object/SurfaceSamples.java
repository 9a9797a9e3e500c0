package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Vec3;
import java.util.Arrays;

/**
 * Points spread evenly over a surface, each with the normal of its triangle and the mean colour around it. A grid of
 * cells speeds up the search for the nearest point. The same mesh gives the same points.
 */
final class SurfaceSamples {
    /** Colours are averaged over this share of the longest side of the box; a network sees no finer detail of an object. */
    private static final double COLOUR_RADIUS = 0.02;
    /** Cells along the longest side of the box. */
    private static final int CELLS = 24;

    private static final int NONE = -1;

    private final int size;
    private final double[] positions;
    private final double[] normals;
    private final double[] colours;
    private final double area;
    private final double cell;
    private final double[] low = new double[3];
    private final int[] cells = new int[3];
    private final int[] start;
    private final int[] order;

    /**
     * Spreads points over a mesh.
     *
     * @throws IllegalArgumentException if all triangles together have no area
     */
    SurfaceSamples(TriangleMesh mesh, int size) {
        this.size = size;
        positions = new double[3 * size];
        normals = new double[3 * size];
        double[] raw = new double[3 * size];
        area = SurfaceSpread.over(mesh, size, (i, ia, ib, ic, v, w) -> {
            Vec3 a = SurfaceSpread.vertex(mesh, ia);
            Vec3 b = SurfaceSpread.vertex(mesh, ib).minus(a);
            Vec3 c = SurfaceSpread.vertex(mesh, ic).minus(a);
            SurfaceSpread.put(positions, i, a.plus(b.times(v)).plus(c.times(w)));
            Vec3 normal = b.cross(c);
            SurfaceSpread.put(normals, i, normal.norm() > 0 ? normal.normalized() : Vec3.ZERO);
            SurfaceSpread.put(raw, i, colour(mesh, ia, ib, ic, v, w));
        });
        double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        Arrays.fill(low, Double.POSITIVE_INFINITY);
        for (int i = 0; i < positions.length; i++) {
            low[i % 3] = Math.min(low[i % 3], positions[i]);
            high[i % 3] = Math.max(high[i % 3], positions[i]);
        }
        double longest = Math.max(high[0] - low[0], Math.max(high[1] - low[1], high[2] - low[2]));
        cell = longest / CELLS;
        for (int a = 0; a < 3; a++) {
            cells[a] = (int) ((high[a] - low[a]) / cell) + 1;
        }
        start = new int[cells[0] * cells[1] * cells[2] + 1];
        order = sorted();
        boolean coloured = mesh.textured() || mesh.colours().length > 0;
        colours = coloured ? smoothed(raw, COLOUR_RADIUS * longest) : raw;
    }

    private Vec3 colour(TriangleMesh mesh, int a, int b, int c, double v, double w) {
        double[] rgb = {1, 1, 1};
        byte[] colours = mesh.colours();
        if (colours.length > 0) {
            for (int k = 0; k < 3; k++) {
                rgb[k] = ((colours[3 * a + k] & 255) * (1 - v - w)
                                + (colours[3 * b + k] & 255) * v
                                + (colours[3 * c + k] & 255) * w)
                        / 255;
            }
        }
        if (mesh.textured()) {
            Texture texture = mesh.texture();
            float[] uv = mesh.uv();
            double x = uv[2 * a] * (1 - v - w) + uv[2 * b] * v + uv[2 * c] * w;
            double y = uv[2 * a + 1] * (1 - v - w) + uv[2 * b + 1] * v + uv[2 * c + 1] * w;
            // the level with about as many texels as there are points
            int bits = texture.widthBits() + texture.heightBits();
            int level =
                    Math.max(0, Math.min(texture.levels() - 1, (bits - 31 + Integer.numberOfLeadingZeros(size)) / 2));
            int width = 1 << (texture.widthBits() - level);
            int height = 1 << (texture.heightBits() - level);
            int texel = texture.level(level)[
                    Math.floorMod((int) Math.floor(y * height), height) * width
                            + Math.floorMod((int) Math.floor(x * width), width)];
            rgb[0] *= (texel >> 16 & 255) / 255.0;
            rgb[1] *= (texel >> 8 & 255) / 255.0;
            rgb[2] *= (texel & 255) / 255.0;
        }
        return new Vec3(rgb[0], rgb[1], rgb[2]);
    }

    /** Points by cell. */
    private int[] sorted() {
        int[] where = new int[size];
        for (int i = 0; i < size; i++) {
            where[i] = (clamped(positions[3 * i], 0) * cells[1] + clamped(positions[3 * i + 1], 1)) * cells[2]
                    + clamped(positions[3 * i + 2], 2);
            start[where[i] + 1]++;
        }
        for (int c = 1; c < start.length; c++) {
            start[c] += start[c - 1];
        }
        int[] next = start.clone();
        int[] sorted = new int[size];
        for (int i = 0; i < size; i++) {
            sorted[next[where[i]]++] = i;
        }
        return sorted;
    }

    private int clamped(double x, int axis) {
        return Math.max(0, Math.min(cells[axis] - 1, (int) Math.floor((x - low[axis]) / cell)));
    }

    private double[] smoothed(double[] raw, double radius) {
        double[] smooth = new double[raw.length];
        for (int i = 0; i < size; i++) {
            double[] sum = new double[4];
            Vec3 at = position(i);
            Vec3 normal = normal(i);
            for (int x = clamped(at.x() - radius, 0); x <= clamped(at.x() + radius, 0); x++) {
                for (int y = clamped(at.y() - radius, 1); y <= clamped(at.y() + radius, 1); y++) {
                    for (int z = clamped(at.z() - radius, 2); z <= clamped(at.z() + radius, 2); z++) {
                        int c = (x * cells[1] + y) * cells[2] + z;
                        for (int o = start[c]; o < start[c + 1]; o++) {
                            int j = order[o];
                            if (squared(at, j) <= radius * radius && agreement(normal, j) > 0.5) {
                                sum[0] += raw[3 * j];
                                sum[1] += raw[3 * j + 1];
                                sum[2] += raw[3 * j + 2];
                                sum[3]++;
                            }
                        }
                    }
                }
            }
            for (int k = 0; k < 3; k++) {
                smooth[3 * i + k] = sum[3] > 0 ? sum[k] / sum[3] : raw[3 * i + k];
            }
        }
        return smooth;
    }

    /**
     * The nearest point on the same side of a surface: one whose normal is within a right angle of the given one.
     *
     * @param within largest distance
     * @return its number, or -1 if there is none
     */
    int nearest(Vec3 at, Vec3 normal, double within) {
        int best = NONE;
        double bestSquared = within * within;
        int rings = (int) Math.ceil(within / cell);
        int cx = (int) Math.floor((at.x() - low[0]) / cell);
        int cy = (int) Math.floor((at.y() - low[1]) / cell);
        int cz = (int) Math.floor((at.z() - low[2]) / cell);
        for (int ring = 0; ring <= rings; ring++) {
            double clear = (ring - 1) * cell; // all nearer points lie in smaller rings
            if (clear > 0 && clear * clear > bestSquared) {
                break;
            }
            for (int x = Math.max(0, cx - ring); x <= Math.min(cells[0] - 1, cx + ring); x++) {
                for (int y = Math.max(0, cy - ring); y <= Math.min(cells[1] - 1, cy + ring); y++) {
                    boolean face = Math.abs(x - cx) == ring || Math.abs(y - cy) == ring;
                    int step = face || ring == 0 ? 1 : 2 * ring;
                    for (int z = cz - ring; z <= cz + ring; z += step) {
                        if (z < 0 || z >= cells[2]) {
                            continue;
                        }
                        int c = (x * cells[1] + y) * cells[2] + z;
                        for (int o = start[c]; o < start[c + 1]; o++) {
                            int j = order[o];
                            double squared = squared(at, j);
                            if (squared < bestSquared && agreement(normal, j) > 0) {
                                best = j;
                                bestSquared = squared;
                            }
                        }
                    }
                }
            }
        }
        return best;
    }

    private double squared(Vec3 at, int j) {
        double x = at.x() - positions[3 * j];
        double y = at.y() - positions[3 * j + 1];
        double z = at.z() - positions[3 * j + 2];
        return x * x + y * y + z * z;
    }

    private double agreement(Vec3 normal, int j) {
        return normal.x() * normals[3 * j] + normal.y() * normals[3 * j + 1] + normal.z() * normals[3 * j + 2];
    }

    /**
     * Distance of a place from the surface around one of the points: the distance to the plane there. Distance along
     * the plane counts only beyond where the next point would be.
     */
    double distance(Vec3 at, int j) {
        double gap = 1.5 * Math.sqrt(area / size);
        Vec3 away = at.minus(position(j));
        double up = agreement(away, j);
        double beside = Math.sqrt(Math.max(0, away.dot(away) - up * up));
        return Math.hypot(up, Math.max(0, beside - gap));
    }

    int size() {
        return size;
    }

    Vec3 position(int i) {
        return new Vec3(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]);
    }

    Vec3 normal(int i) {
        return new Vec3(normals[3 * i], normals[3 * i + 1], normals[3 * i + 2]);
    }

    /** Difference of the colours at two points: the mean over red, green, blue, 0 to 1. */
    double colourDifference(int i, int j) {
        return (Math.abs(colours[3 * i] - colours[3 * j])
                        + Math.abs(colours[3 * i + 1] - colours[3 * j + 1])
                        + Math.abs(colours[3 * i + 2] - colours[3 * j + 2]))
                / 3;
    }

    /** The centre of the surface; no symmetry moves it. */
    Vec3 centre() {
        Vec3 sum = Vec3.ZERO;
        for (int i = 0; i < size; i++) {
            sum = sum.plus(position(i));
        }
        return sum.times(1.0 / size);
    }
}
