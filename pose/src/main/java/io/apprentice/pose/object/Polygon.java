package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Vec3;
import java.util.ArrayList;
import java.util.List;

/** Cuts a polygon into triangles: a fan where it is convex, else ear after ear, so that nothing outside it is covered. */
final class Polygon {
    /** Corners that a face may have. */
    static final int MAX_CORNERS = 1000;

    private final Vec3[] points;
    private final Vec3 normal;

    private Polygon(Vec3[] points) {
        this.points = points;
        Vec3 sum = Vec3.ZERO;
        for (int i = 0; i < points.length; i++) {
            sum = sum.plus(points[i].cross(points[(i + 1) % points.length]));
        }
        normal = sum;
    }

    /**
     * The triangles of a polygon.
     *
     * @param points its corners in order, at least three
     * @return three indices of corners per triangle, wound as the polygon is; a fan from the first corner if it is convex or
     *     crosses itself
     */
    static int[] triangles(Vec3[] points) {
        return new Polygon(points).cut();
    }

    private int[] cut() {
        List<Integer> left = new ArrayList<>();
        boolean convex = true;
        for (int i = 0; i < points.length; i++) {
            left.add(i);
            convex &= turn((i + points.length - 1) % points.length, i, (i + 1) % points.length) >= 0;
        }
        int[] triangles = new int[3 * (points.length - 2)];
        int out = 0;
        while (left.size() > 2) {
            int ear = convex ? 1 : ear(left);
            int n = left.size();
            triangles[out++] = left.get((ear + n - 1) % n);
            triangles[out++] = left.get(ear);
            triangles[out++] = left.get((ear + 1) % n);
            left.remove(ear);
        }
        return triangles;
    }

    private int ear(List<Integer> left) {
        int n = left.size();
        for (int i = 0; i < n; i++) {
            int a = left.get((i + n - 1) % n);
            int b = left.get(i);
            int c = left.get((i + 1) % n);
            if (turn(a, b, c) > 0
                    && left.stream()
                            .noneMatch(p -> p != a
                                    && p != b
                                    && p != c
                                    && turn(a, b, p) >= 0
                                    && turn(b, c, p) >= 0
                                    && turn(c, a, p) >= 0)) {
                return i;
            }
        }
        return 1;
    }

    /** Above 0 for a left turn, seen from where the polygon runs counter-clockwise. */
    private double turn(int a, int b, int c) {
        Vec3 from = points[a];
        return points[b].minus(from).cross(points[c].minus(from)).dot(normal);
    }
}
