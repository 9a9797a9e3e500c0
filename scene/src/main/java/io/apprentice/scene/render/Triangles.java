package io.apprentice.scene.render;

import java.util.Arrays;

/**
 * The triangles of the picture. What varies over a triangle is kept divided by z, because that is linear over the picture:
 * six planes {@code a * column + b * row + c}, in the order 1/z, u/z, v/z, red/z, green/z, blue/z, with the sample
 * coordinates of {@link Vertices}.
 */
final class Triangles {
    /** Numbers per triangle in {@link #planes}: three for each of six planes. */
    static final int PLANES = 18;

    private final int columns;
    private final int rows;
    private int count;
    /** Planes of triangle {@code t} from {@code PLANES * t}. */
    float[] planes = new float[PLANES * 4096];
    /** The mesh each belongs to, a number of {@link Meshes}. */
    int[] mesh = new int[4096];
    /**
     * The first of the triangles that lie in one plane of one mesh, continue its texture, and were drawn one after the
     * other.
     */
    int[] facet = new int[4096];

    /** For pictures of so many samples. */
    Triangles(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
    }

    void clear() {
        count = 0;
    }

    /**
     * Adds a triangle with all corners in front of the near plane.
     *
     * @return its number, or {@link Samples#NOTHING} if it cannot be seen: outside the picture, without area, or turned
     *     away from the camera in a one-sided mesh
     */
    int add(Vertices v, int a, int b, int c, int meshNumber, boolean oneSided) {
        float[] column = v.column;
        float[] row = v.row;
        double bx = (double) column[b] - column[a];
        double by = (double) row[b] - row[a];
        double cx = (double) column[c] - column[a];
        double cy = (double) row[c] - row[a];
        double area = area(v, a, b, c);
        if (oneSided ? area >= 0 : area == 0) {
            return Samples.NOTHING;
        }
        float left = Math.min(column[a], Math.min(column[b], column[c]));
        float right = Math.max(column[a], Math.max(column[b], column[c]));
        float top = Math.min(row[a], Math.min(row[b], row[c]));
        float bottom = Math.max(row[a], Math.max(row[b], row[c]));
        if (right < 0 || left > columns || bottom < 0 || top > rows) {
            return Samples.NOTHING;
        }
        reserve();
        double wa = 1.0 / v.z[a];
        double wb = 1.0 / v.z[b];
        double wc = 1.0 / v.z[c];
        double m00 = cy / area;
        double m01 = -by / area;
        double m10 = -cx / area;
        double m11 = bx / area;
        int at = PLANES * count;
        float x = column[a];
        float y = row[a];
        plane(at, x, y, wa, wb, wc, m00, m01, m10, m11);
        plane(at + 3, x, y, v.u[a] * wa, v.u[b] * wb, v.u[c] * wc, m00, m01, m10, m11);
        plane(at + 6, x, y, v.v[a] * wa, v.v[b] * wb, v.v[c] * wc, m00, m01, m10, m11);
        plane(at + 9, x, y, v.red[a] * wa, v.red[b] * wb, v.red[c] * wc, m00, m01, m10, m11);
        plane(at + 12, x, y, v.green[a] * wa, v.green[b] * wb, v.green[c] * wc, m00, m01, m10, m11);
        plane(at + 15, x, y, v.blue[a] * wa, v.blue[b] * wb, v.blue[c] * wc, m00, m01, m10, m11);
        mesh[count] = meshNumber;
        facet[count] = continuesLast(meshNumber, x, y, wa) ? facet[count - 1] : count;
        return count++;
    }

    /** Twice the area on the picture, below 0 where the corners run counter-clockwise, as they do where an outside shows. */
    static double area(Vertices v, int a, int b, int c) {
        float[] column = v.column;
        float[] row = v.row;
        return ((double) column[b] - column[a]) * ((double) row[c] - row[a])
                - ((double) column[c] - column[a]) * ((double) row[b] - row[a]);
    }

    /** The linear function over the picture that is qa at the corner (x, y), and qb and qc at the other two. */
    private void plane(
            int at, float x, float y, double qa, double qb, double qc, double m00, double m01, double m10, double m11) {
        double db = qb - qa;
        double dc = qc - qa;
        double dx = db * m00 + dc * m01;
        double dy = db * m10 + dc * m11;
        planes[at] = (float) dx;
        planes[at + 1] = (float) dy;
        planes[at + 2] = (float) (qa - dx * x - dy * y);
    }

    private boolean continuesLast(int meshNumber, float x, float y, double w) {
        if (count == 0 || mesh[count - 1] != meshNumber) {
            return false;
        }
        int at = PLANES * count;
        int last = at - PLANES;
        float dx = Math.abs(planes[at] - planes[last]);
        float dy = Math.abs(planes[at + 1] - planes[last + 1]);
        return dx + dy < 1e-3f * (Math.abs(planes[at]) + Math.abs(planes[at + 1])) + 1e-7f
                && same(at + 3, last + 3, x, y, w)
                && same(at + 6, last + 6, x, y, w);
    }

    /** Whether two planes of a texture coordinate agree at a corner and in their slopes, for an inverse depth. */
    private boolean same(int plane, int other, float x, float y, double w) {
        float dx = planes[plane] - planes[other];
        float dy = planes[plane + 1] - planes[other + 1];
        float here = dx * x + dy * y + planes[plane + 2] - planes[other + 2];
        return Math.abs(here) < 1e-4 * w
                && Math.abs(dx) + Math.abs(dy)
                        < 1e-2f * (Math.abs(planes[plane]) + Math.abs(planes[plane + 1])) + 1e-7f;
    }

    private void reserve() {
        if (count == mesh.length) {
            mesh = Arrays.copyOf(mesh, 2 * count);
            facet = Arrays.copyOf(facet, 2 * count);
            planes = Arrays.copyOf(planes, 2 * PLANES * count);
        }
    }
}
