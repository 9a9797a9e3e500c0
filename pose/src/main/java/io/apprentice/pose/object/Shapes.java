package io.apprentice.pose.object;

/** Simple surfaces, finely divided so that light can vary across them; z up, origin at the centre unless stated. */
public final class Shapes {
    /** Axes of a box's faces: right, up and outward direction, each as axis (0, 1, 2) and sign, seen from outside. */
    private static final int[][] FACES = {
        {0, 1, 1, 1, 2, 1}, // top: right +x, up +y, outward +z
        {0, 1, 1, -1, 2, -1}, // bottom
        {1, 1, 2, 1, 0, 1}, // +x
        {1, -1, 2, 1, 0, -1}, // -x
        {0, -1, 2, 1, 1, 1}, // +y
        {0, 1, 2, 1, 1, -1}, // -y
    };

    private Shapes() {}

    /**
     * A box, each face upright as seen from outside.
     *
     * @param hx half its length along x, metres; {@code hy}, {@code hz} likewise
     * @param grid each face has {@code 2 * grid * grid} triangles
     * @param atlas where each face (top, bottom, +x, -x, +y, -y) lies in the texture: left, top, right, bottom, 0 to 1
     */
    public static TriangleMesh box(float hx, float hy, float hz, int grid, float[][] atlas, Texture texture) {
        float[] half = {hx, hy, hz};
        Builder builder = new Builder(6 * (grid + 1) * (grid + 1), 12 * grid * grid);
        for (int f = 0; f < 6; f++) {
            int[] face = FACES[f];
            float[] p = new float[3];
            float[] n = new float[3];
            n[face[4]] = face[5];
            float[] rect = atlas[f];
            int first = builder.vertices();
            for (int j = 0; j <= grid; j++) {
                for (int i = 0; i <= grid; i++) {
                    float s = (float) i / grid;
                    float t = (float) j / grid;
                    p[face[0]] = face[1] * half[face[0]] * (2 * s - 1);
                    p[face[2]] = face[3] * half[face[2]] * (1 - 2 * t);
                    p[face[4]] = face[5] * half[face[4]];
                    builder.vertex(p, n, rect[0] + s * (rect[2] - rect[0]), rect[1] + t * (rect[3] - rect[1]));
                }
            }
            builder.grid(first, grid, grid);
        }
        return builder.build(texture).seenFromOutside();
    }

    /** An upright closed cylinder (a truncated cone if the radii differ), with the texture wrapped once around its side. */
    public static TriangleMesh cylinder(
            float bottomRadius, float topRadius, float halfHeight, int sides, Texture texture) {
        Builder builder = new Builder(2 * (sides + 1) + 2 * (sides + 2), 4 * sides);
        float slope = (bottomRadius - topRadius) / (2 * halfHeight);
        float norm = (float) Math.sqrt(1 + slope * slope);
        for (int j = 0; j < 2; j++) {
            for (int i = 0; i <= sides; i++) {
                double angle = 2 * Math.PI * i / sides;
                float c = (float) Math.cos(angle);
                float s = (float) Math.sin(angle);
                float r = j == 0 ? topRadius : bottomRadius;
                builder.vertex(
                        new float[] {r * c, r * s, j == 0 ? halfHeight : -halfHeight},
                        new float[] {c / norm, s / norm, slope / norm},
                        2f * i / sides,
                        j);
            }
        }
        builder.grid(0, sides, 1);
        for (int cap = 0; cap < 2; cap++) {
            float sign = cap == 0 ? 1 : -1;
            float r = cap == 0 ? topRadius : bottomRadius;
            int centre = builder.vertices();
            float[] n = {0, 0, sign};
            builder.vertex(new float[] {0, 0, sign * halfHeight}, n, 0.5f, 0.5f);
            for (int i = 0; i <= sides; i++) {
                double angle = sign * 2 * Math.PI * i / sides;
                float c = (float) Math.cos(angle);
                float s = (float) Math.sin(angle);
                builder.vertex(new float[] {r * c, r * s, sign * halfHeight}, n, 0.5f + c / 2, 0.5f + s / 2);
                if (i > 0) {
                    builder.triangle(centre, centre + i, centre + i + 1);
                }
            }
        }
        return builder.build(texture).seenFromOutside();
    }

    /**
     * A flat rectangle in the plane z = 0, seen from above.
     *
     * @param lines x of the vertices, and also y, ascending, metres
     * @param repeat how often the texture repeats in a metre
     */
    public static TriangleMesh plane(float[] lines, float repeat, Texture texture) {
        int n = lines.length;
        Builder builder = new Builder(n * n, 2 * (n - 1) * (n - 1));
        float[] up = {0, 0, 1};
        for (int j = n - 1; j >= 0; j--) {
            for (float x : lines) {
                builder.vertex(new float[] {x, lines[j], 0}, up, x * repeat, -lines[j] * repeat);
            }
        }
        builder.grid(0, n - 1, n - 1);
        return builder.build(texture).seenFromOutside();
    }

    private static final class Builder {
        private final float[] positions;
        private final float[] normals;
        private final float[] uv;
        private final int[] triangles;
        private int vertices;
        private int corners;

        Builder(int vertices, int triangles) {
            positions = new float[3 * vertices];
            normals = new float[3 * vertices];
            uv = new float[2 * vertices];
            this.triangles = new int[3 * triangles];
        }

        int vertices() {
            return vertices;
        }

        void vertex(float[] position, float[] normal, float u, float v) {
            System.arraycopy(position, 0, positions, 3 * vertices, 3);
            System.arraycopy(normal, 0, normals, 3 * vertices, 3);
            uv[2 * vertices] = u;
            uv[2 * vertices + 1] = v;
            vertices++;
        }

        void triangle(int a, int b, int c) {
            triangles[corners++] = a;
            triangles[corners++] = b;
            triangles[corners++] = c;
        }

        /** Triangles between (columns + 1) x (rows + 1) vertices, rows downwards as seen from outside. */
        void grid(int first, int columns, int rows) {
            for (int j = 0; j < rows; j++) {
                for (int i = 0; i < columns; i++) {
                    int a = first + j * (columns + 1) + i;
                    int c = a + columns + 1;
                    triangle(a, c, c + 1);
                    triangle(a, c + 1, a + 1);
                }
            }
        }

        TriangleMesh build(Texture texture) {
            return TriangleMesh.of(positions, triangles).withNormals(normals).withTexture(uv, texture);
        }
    }
}
