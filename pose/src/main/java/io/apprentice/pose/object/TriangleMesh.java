package io.apprentice.pose.object;

/**
 * A surface of triangles, metres, in its own frame. It is immutable by convention: the arrays are kept and returned
 * without copying. All data is per vertex; where normals or texture coordinates differ between the faces at an edge,
 * each face has its own vertices.
 */
public final class TriangleMesh {
    private static final float[] NONE = {};

    private final float[] positions;
    private final int[] triangles;
    private final float[] normals;
    private final float[] uv;
    private final byte[] colours;
    private final Texture texture;
    private final boolean oneSided;
    private final float radius;

    /**
     * A plain white mesh with smooth normals, seen from both sides.
     *
     * @param positions x y z per vertex, metres
     * @param triangles three vertex indices per triangle
     * @throws IllegalArgumentException if an index is out of range or there is no triangle
     */
    public static TriangleMesh of(float[] positions, int[] triangles) {
        return new TriangleMesh(
                positions, triangles, smoothNormals(positions, triangles), NONE, new byte[0], null, false);
    }

    private TriangleMesh(
            float[] positions,
            int[] triangles,
            float[] normals,
            float[] uv,
            byte[] colours,
            Texture texture,
            boolean oneSided) {
        int n = positions.length / 3;
        require(n > 0 && positions.length == 3 * n, "positions", 3, positions.length);
        require(triangles.length > 0 && triangles.length % 3 == 0, "triangle corners", 3, triangles.length);
        for (int corner : triangles) {
            if (corner < 0 || corner >= n) {
                throw new IllegalArgumentException(
                        "mesh: expected vertex indices 0 to %d, got %d".formatted(n - 1, corner));
            }
        }
        require(normals.length == 3 * n, "normals", 3 * n, normals.length);
        require(uv.length == 0 || uv.length == 2 * n, "texture coordinates", 2 * n, uv.length);
        require(colours.length == 0 || colours.length == 3 * n, "colours", 3 * n, colours.length);
        require(texture == null || uv.length > 0, "texture coordinates for the texture", 2 * n, uv.length);
        this.positions = positions;
        this.triangles = triangles;
        this.normals = normals;
        this.uv = uv;
        this.colours = colours;
        this.texture = texture;
        this.oneSided = oneSided;
        double square = 0;
        for (int i = 0; i < positions.length; i += 3) {
            square = Math.max(
                    square,
                    (double) positions[i] * positions[i]
                            + (double) positions[i + 1] * positions[i + 1]
                            + (double) positions[i + 2] * positions[i + 2]);
        }
        radius = (float) Math.sqrt(square);
    }

    private static void require(boolean holds, String what, int expected, int got) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "mesh: expected %d %s (or a multiple), got %d".formatted(expected, what, got));
        }
    }

    /** The mesh with these unit normals, x y z per vertex. */
    public TriangleMesh withNormals(float[] newNormals) {
        return new TriangleMesh(positions, triangles, newNormals, uv, colours, texture, oneSided);
    }

    /** The mesh with a colour per vertex: red, green, blue, multiplied with the texture if there is one. */
    public TriangleMesh withColours(byte[] newColours) {
        return new TriangleMesh(positions, triangles, normals, uv, newColours, texture, oneSided);
    }

    /** The mesh with a texture and its coordinates, u v per vertex. */
    public TriangleMesh withTexture(float[] newUv, Texture newTexture) {
        return new TriangleMesh(positions, triangles, normals, newUv, colours, newTexture, oneSided);
    }

    /** The mesh visible only from the side where its triangles run counter-clockwise; closed surfaces then render faster. */
    public TriangleMesh seenFromOutside() {
        return new TriangleMesh(positions, triangles, normals, uv, colours, texture, true);
    }

    /** The same surface, each coordinate multiplied. */
    public TriangleMesh scaled(double factor) {
        float[] scaled = new float[positions.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (positions[i] * factor);
        }
        return new TriangleMesh(scaled, triangles, normals, uv, colours, texture, oneSided);
    }

    /** Number of vertices, n. */
    public int vertices() {
        return positions.length / 3;
    }

    /** Coordinates, x y z per vertex, metres, length 3n. */
    public float[] positions() {
        return positions;
    }

    /** Vertex indices, three per triangle. */
    public int[] triangles() {
        return triangles;
    }

    /** Unit normals, x y z per vertex, length 3n. */
    public float[] normals() {
        return normals;
    }

    /** Texture coordinates, u v per vertex, length 2n, or empty. */
    public float[] uv() {
        return uv;
    }

    /** Colours, red green blue per vertex, length 3n, or empty for white. */
    public byte[] colours() {
        return colours;
    }

    /** The texture, or the plain white one if there is none. */
    public Texture texture() {
        return texture == null ? Plain.WHITE : texture;
    }

    /** Whether there is a texture. */
    public boolean textured() {
        return texture != null;
    }

    /** Whether triangles are seen from one side only. */
    public boolean oneSided() {
        return oneSided;
    }

    /** Largest distance of a vertex from the origin, metres. */
    public float radius() {
        return radius;
    }

    /** Area-weighted mean of the normals of the triangles around each vertex. */
    private static float[] smoothNormals(float[] p, int[] triangles) {
        float[] normals = new float[p.length];
        for (int t = 0; t + 2 < triangles.length; t += 3) {
            int a = 3 * triangles[t];
            int b = 3 * triangles[t + 1];
            int c = 3 * triangles[t + 2];
            if (Math.min(a, Math.min(b, c)) < 0 || Math.max(a, Math.max(b, c)) + 2 >= p.length) {
                continue; // the constructor names the index
            }
            float ux = p[b] - p[a];
            float uy = p[b + 1] - p[a + 1];
            float uz = p[b + 2] - p[a + 2];
            float vx = p[c] - p[a];
            float vy = p[c + 1] - p[a + 1];
            float vz = p[c + 2] - p[a + 2];
            for (int corner : new int[] {a, b, c}) {
                normals[corner] += uy * vz - uz * vy;
                normals[corner + 1] += uz * vx - ux * vz;
                normals[corner + 2] += ux * vy - uy * vx;
            }
        }
        for (int i = 0; i + 2 < normals.length; i += 3) {
            double norm = Math.sqrt((double) normals[i] * normals[i]
                    + (double) normals[i + 1] * normals[i + 1]
                    + (double) normals[i + 2] * normals[i + 2]);
            normals[i] = norm > 0 ? (float) (normals[i] / norm) : 0;
            normals[i + 1] = norm > 0 ? (float) (normals[i + 1] / norm) : 0;
            normals[i + 2] = norm > 0 ? (float) (normals[i + 2] / norm) : 1;
        }
        return normals;
    }

    /** Loaded when first needed. */
    private static final class Plain {
        static final Texture WHITE = new Texture(new int[] {0xffffff}, 0, 0);
    }
}
