package io.apprentice.scene;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.Texture;
import io.apprentice.pose.object.TriangleMesh;
import java.util.Arrays;

/** Builds a mesh from patches: grids of points, each with its own part of the texture. */
final class Solids {
    private static final int MOST = 60_000;

    private final float[] positions = new float[3 * MOST];
    private final float[] uv = new float[2 * MOST];
    private final int[] triangles = new int[6 * MOST];
    private int vertices;
    private int corners;
    private Se3 pose = Se3.IDENTITY;
    private double scale = 1;
    private float[] area = {0, 0, 1, 1};

    /** A point of a surface for parameters from 0 to 1. */
    interface Patch {
        Vec3 at(double s, double t);
    }

    /** Where the next patches are put. */
    void place(Se3 to, double size) {
        pose = to;
        scale = size;
    }

    /** The part of the texture that the next patches get: left, top, right, bottom, 0 to 1. */
    void paint(float left, float top, float right, float bottom) {
        area = new float[] {left, top, right, bottom};
    }

    /** Adds a patch of {@code columns} times {@code rows} facets, seen from the side where s runs right and t down. */
    void patch(int columns, int rows, Patch patch) {
        int first = vertices;
        for (int j = 0; j <= rows; j++) {
            for (int i = 0; i <= columns; i++) {
                double s = (double) i / columns;
                double t = (double) j / rows;
                Vec3 p = pose.transform(patch.at(s, t).times(scale));
                positions[3 * vertices] = (float) p.x();
                positions[3 * vertices + 1] = (float) p.y();
                positions[3 * vertices + 2] = (float) p.z();
                uv[2 * vertices] = (float) (area[0] + s * (area[2] - area[0]));
                uv[2 * vertices + 1] = (float) (area[1] + t * (area[3] - area[1]));
                vertices++;
            }
        }
        for (int j = 0; j < rows; j++) {
            for (int i = 0; i < columns; i++) {
                int a = first + j * (columns + 1) + i;
                int c = a + columns + 1;
                for (int corner : new int[] {a, c, c + 1, a, c + 1, a + 1}) {
                    triangles[corners++] = corner;
                }
            }
        }
    }

    /** The mesh, moved so that the box around it has its middle in the origin, and scaled to a diagonal, metres. */
    TriangleMesh build(Texture texture, double diagonal) {
        float[] low = {Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE};
        float[] high = {-Float.MAX_VALUE, -Float.MAX_VALUE, -Float.MAX_VALUE};
        for (int i = 0; i < 3 * vertices; i++) {
            low[i % 3] = Math.min(low[i % 3], positions[i]);
            high[i % 3] = Math.max(high[i % 3], positions[i]);
        }
        double length = Math.hypot(Math.hypot(high[0] - low[0], high[1] - low[1]), high[2] - low[2]);
        float[] moved = new float[3 * vertices];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) ((positions[i] - (low[i % 3] + high[i % 3]) / 2) * diagonal / length);
        }
        return TriangleMesh.of(moved, Arrays.copyOf(triangles, corners))
                .withTexture(Arrays.copyOf(uv, 2 * vertices), texture);
    }
}
