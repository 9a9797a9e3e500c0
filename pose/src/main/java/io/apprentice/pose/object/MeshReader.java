package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads triangle meshes: PLY (ascii, binary of either endianness; colours or texture coordinates of vertices or faces, with
 * {@code comment TextureFile}) and OBJ with MTL (textures, colours of vertices or materials). A face has its texture, else the
 * colours of its vertices, else its own. Several textures become one. Polygons become triangles. Units stay those of the file.
 * What of a file is not used is named in a warning.
 *
 * <p>Files may be hostile: sizes are bounded, what a header announces is held against the bytes that follow before any memory
 * is taken for it, and whatever is wrong is said with the file, the line or element, and what was expected.
 */
public final class MeshReader {
    private static final long MAX_BYTES = 256L << 20;

    private MeshReader() {}

    /**
     * Reads a mesh.
     *
     * @param file ends in {@code .ply} or {@code .obj}; textures and materials are looked for beside it
     * @throws IOException if it cannot be read; names file, place and what was expected
     */
    public static TriangleMesh read(Path file) throws IOException {
        if (!isPly(file) && !file.toString().toLowerCase(Locale.ROOT).endsWith(".obj")) {
            throw new IOException(file + ": expected a mesh that ends in .ply or .obj");
        }
        Unused unused = new Unused();
        TriangleMesh mesh = parse(file, bytes(file), unused);
        unused.warn(file);
        return mesh;
    }

    private static boolean isPly(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".ply");
    }

    static TriangleMesh parse(Path file, byte[] bytes, Unused unused) throws IOException {
        try {
            return isPly(file) ? new PlyReader(file, bytes, unused).read() : new ObjReader(file, bytes, unused).read();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e); // an index out of range, no triangles
        }
    }

    /** All bytes of a file that is not too large. */
    static byte[] bytes(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file");
        }
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new IOException("%s: expected at most %d bytes, got %d".formatted(file, MAX_BYTES, size));
        }
        return Files.readAllBytes(file);
    }

    /**
     * The file that a mesh file names. A relative path counts from the mesh's folder; if nothing is there, and for the absolute
     * paths of another machine, a file of that name beside the mesh does, in letters of either case.
     */
    static Path beside(Path mesh, String name) throws IOException {
        try {
            Path said = Path.of(name.replace('\\', '/'));
            Path there = mesh.resolveSibling(said);
            if (!said.isAbsolute() && Files.isRegularFile(there)) {
                return there;
            }
            Path last = said.getFileName();
            if (last != null) {
                Path beside = mesh.resolveSibling(last);
                return Files.isRegularFile(beside) ? beside : inEitherCase(beside);
            }
        } catch (InvalidPathException e) {
            throw new IOException("%s: expected the name of a file, got '%s'".formatted(mesh, name), e);
        }
        throw new IOException("%s: expected the name of a file, got '%s'".formatted(mesh, name));
    }

    private static Path inEitherCase(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            return file;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName()
                            .toString()
                            .equalsIgnoreCase(file.getFileName().toString()))
                    .sorted()
                    .findFirst()
                    .orElse(file);
        }
    }

    /** The picture that a mesh file names as a texture. */
    static RgbImage image(Path mesh, String name) throws IOException {
        Path image = beside(mesh, name);
        try {
            return ImageCodec.decode(bytes(image));
        } catch (IOException e) {
            throw new IOException("%s: texture %s: %s".formatted(mesh, name, e.getMessage()), e);
        }
    }

    /**
     * Channels as bytes. Real numbers are shares of one, unless one of them is above 2; whole numbers are of 8 bits, unless one
     * is above 255, then of 16.
     *
     * @param real whether the file counts them as real numbers
     */
    static byte[] channels(float[] values, boolean real) {
        float most = 0;
        for (float value : values) {
            most = Math.max(most, value);
        }
        float scale = real && most <= 2 ? 255 : most > 255 ? 255f / 65535 : 1;
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.max(0, Math.min(255, Math.round(scale * values[i])));
        }
        return bytes;
    }

    /** The triangles of a face, as three indices of its corners each. */
    static int[] triangles(float[] points, int[] corners, int count) {
        Vec3[] polygon = new Vec3[count];
        for (int i = 0; i < count; i++) {
            int p = 3 * corners[i];
            polygon[i] = p >= 0 && p + 2 < points.length
                    ? new Vec3(points[p], points[p + 1], points[p + 2])
                    : Vec3.ZERO; // the mesh names the index
        }
        return Polygon.triangles(polygon);
    }

    /** A number of the file as a coordinate. */
    static float finite(double value, Supplier<String> where) throws IOException {
        if (!(Math.abs(value) < 1e9)) {
            throw new IOException(where.get() + ": expected a number within 1e9, got " + value);
        }
        return (float) value;
    }
}
