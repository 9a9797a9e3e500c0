package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * Triangles whose corners may differ in normal, texture coordinates, texture and colour where they meet in one point. Such a point
 * becomes several vertices of the mesh, and several textures become one.
 */
final class Corners {
    private static final int NONE = -1;
    private static final int WHITE = 0xffffff;

    private int[] positions = new int[48];
    private int[] normals = new int[48];
    private float[] uv = new float[96];
    private int[] surfaces = new int[16];
    private final Unused unused;
    private int size;

    Corners(Unused unused) {
        this.unused = unused;
    }

    /** What makes a vertex. */
    private record Vertex(int position, int normal, float u, float v, int colour) {}

    /** The colour of a point on a surface that has no texture. */
    @FunctionalInterface
    interface Colours {
        /** As 0xRRGGBB. */
        int of(int position, int surface);
    }

    /**
     * Adds the next corner; three make a triangle.
     *
     * @param normal its number, or -1
     * @param u texture coordinate, or NaN
     * @param v likewise, down
     * @param surface what {@link #mesh} is to know of the triangle, by number
     */
    void add(int position, int normal, float u, float v, int surface) {
        if (size == positions.length) {
            positions = Arrays.copyOf(positions, 2 * size);
            normals = Arrays.copyOf(normals, 2 * size);
            uv = Arrays.copyOf(uv, 4 * size);
            surfaces = Arrays.copyOf(surfaces, 2 * size / 3);
        }
        positions[size] = position;
        normals[size] = normal;
        uv[2 * size] = u;
        uv[2 * size + 1] = v;
        surfaces[size / 3] = surface;
        size++;
    }

    int triangles() {
        return size / 3;
    }

    /**
     * The mesh. A triangle has the texture of its surface, if each of its corners has coordinates, else the colours.
     *
     * @param file the mesh file; textures are looked for from there
     * @param points x y z of each position
     * @param directions x y z of each normal; not used unless every corner has one
     * @param textures names of texture files
     * @param textureOf the number of a surface's texture, or -1
     */
    TriangleMesh mesh(
            Path file,
            float[] points,
            float[] directions,
            List<String> textures,
            IntUnaryOperator textureOf,
            Colours colours)
            throws IOException {
        int[] texture = new int[triangles()];
        Map<Integer, TextureAtlas.Use> used = new TreeMap<>();
        boolean normal = true;
        for (int t = 0; t < texture.length; t++) {
            texture[t] = textureOf.applyAsInt(surfaces[t]);
            if (texture[t] != NONE && !hasCoordinates(t)) {
                unused.add("texture %s on faces without texture coordinates".formatted(textures.get(texture[t])));
                texture[t] = NONE;
            }
            if (texture[t] != NONE) {
                used.computeIfAbsent(texture[t], k -> new TextureAtlas.Use(textures.get(k)))
                        .add(uv, 6 * t);
            }
            normal &= normals[3 * t] >= 0 && normals[3 * t + 1] >= 0 && normals[3 * t + 2] >= 0;
        }
        boolean plain = Arrays.stream(texture).anyMatch(k -> k == NONE);
        TextureAtlas atlas = used.size() > 1 || (plain && !used.isEmpty()) ? TextureAtlas.of(file, used, plain) : null;
        Map<Vertex, Integer> vertices = new HashMap<>();
        int[] triangles = new int[3 * texture.length];
        for (int t = 0; t < texture.length; t++) {
            if (atlas != null) {
                atlas.move(texture[t], uv, 6 * t);
            }
            for (int c = 3 * t; c < 3 * t + 3; c++) {
                Vertex vertex = new Vertex(
                        positions[c],
                        normal ? normals[c] : NONE,
                        used.isEmpty() ? 0 : uv[2 * c],
                        used.isEmpty() ? 0 : uv[2 * c + 1],
                        texture[t] == NONE ? colours.of(positions[c], surfaces[t]) : WHITE);
                Integer known = vertices.putIfAbsent(vertex, vertices.size());
                triangles[c] = known == null ? vertices.size() - 1 : known;
            }
        }
        return mesh(vertices, triangles, points, normal ? directions : new float[0])
                .with(used.isEmpty() ? null : atlas != null ? atlas.texture() : texture(file, used));
    }

    private boolean hasCoordinates(int triangle) {
        for (int i = 6 * triangle; i < 6 * triangle + 6; i++) {
            if (Float.isNaN(uv[i])) {
                return false;
            }
        }
        return true;
    }

    private static Texture texture(Path file, Map<Integer, TextureAtlas.Use> used) throws IOException {
        return Texture.of(MeshReader.image(file, used.values().iterator().next().name()));
    }

    /** A mesh and the texture coordinates that it may need. */
    private record Unpainted(TriangleMesh mesh, float[] uv) {
        TriangleMesh with(Texture texture) {
            return texture == null ? mesh : mesh.withTexture(uv, texture);
        }
    }

    private static Unpainted mesh(Map<Vertex, Integer> vertices, int[] triangles, float[] points, float[] directions) {
        float[] p = new float[3 * vertices.size()];
        float[] n = new float[directions.length > 0 ? p.length : 0];
        float[] uv = new float[2 * vertices.size()];
        byte[] rgb = new byte[p.length];
        boolean white = true;
        for (Map.Entry<Vertex, Integer> entry : vertices.entrySet()) {
            Vertex vertex = entry.getKey();
            int i = entry.getValue();
            System.arraycopy(points, 3 * vertex.position(), p, 3 * i, 3);
            if (n.length > 0) {
                System.arraycopy(directions, 3 * vertex.normal(), n, 3 * i, 3);
            }
            uv[2 * i] = vertex.u();
            uv[2 * i + 1] = vertex.v();
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) (vertex.colour() >> 16 - 8 * c);
            }
            white &= vertex.colour() == WHITE;
        }
        TriangleMesh mesh = TriangleMesh.of(p, triangles);
        mesh = n.length > 0 ? mesh.withNormals(n) : mesh;
        return new Unpainted(white ? mesh : mesh.withColours(rgb), uv);
    }
}
