package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Vec3;

/** Points spread evenly over the area of a surface. The same mesh gives the same points. */
public final class SurfaceSpread {
    /** Inverse powers of the plastic number, for points that fill a square evenly (R2 sequence). */
    private static final double R2_U = 0.7548776662466927;

    private static final double R2_V = 0.5698402909980532;

    private SurfaceSpread() {}

    /** Takes point number i: {@code (1 - v - w) a + v b + w c} for the vertices a, b and c of its triangle. */
    interface Visitor {
        void at(int i, int a, int b, int c, double v, double w);
    }

    /**
     * The positions of the points, x y z each, metres.
     *
     * @throws IllegalArgumentException if all triangles together have no area
     */
    public static double[] points(TriangleMesh mesh, int count) {
        double[] points = new double[3 * count];
        over(mesh, count, (i, ia, ib, ic, v, w) -> {
            Vec3 a = vertex(mesh, ia);
            Vec3 b = vertex(mesh, ib).minus(a);
            Vec3 c = vertex(mesh, ic).minus(a);
            put(points, i, a.plus(b.times(v)).plus(c.times(w)));
        });
        return points;
    }

    /** Visits the points in the order of the triangles; returns the area, square metres. */
    static double over(TriangleMesh mesh, int count, Visitor visitor) {
        int[] t = mesh.triangles();
        double[] sums = areas(mesh);
        double area = sums[sums.length - 1];
        if (!(area > 0)) {
            throw new IllegalArgumentException("mesh: expected triangles with an area above 0, got " + area);
        }
        int triangle = 0;
        for (int i = 0; i < count; i++) {
            while (triangle < sums.length - 1 && sums[triangle] < (i + 0.5) / count * area) {
                triangle++;
            }
            double v = (i + 1) * R2_U % 1;
            double w = (i + 1) * R2_V % 1;
            if (v + w > 1) {
                v = 1 - v;
                w = 1 - w;
            }
            visitor.at(i, t[3 * triangle], t[3 * triangle + 1], t[3 * triangle + 2], v, w);
        }
        return area;
    }

    private static double[] areas(TriangleMesh mesh) {
        int[] t = mesh.triangles();
        double[] sums = new double[t.length / 3];
        double sum = 0;
        for (int i = 0; i < sums.length; i++) {
            Vec3 a = vertex(mesh, t[3 * i]);
            sum += vertex(mesh, t[3 * i + 1])
                            .minus(a)
                            .cross(vertex(mesh, t[3 * i + 2]).minus(a))
                            .norm()
                    / 2;
            sums[i] = sum;
        }
        return sums;
    }

    static Vec3 vertex(TriangleMesh mesh, int i) {
        float[] p = mesh.positions();
        return new Vec3(p[3 * i], p[3 * i + 1], p[3 * i + 2]);
    }

    static void put(double[] into, int i, Vec3 v) {
        into[3 * i] = v.x();
        into[3 * i + 1] = v.y();
        into[3 * i + 2] = v.z();
    }
}
