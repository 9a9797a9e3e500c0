package io.apprentice.pose.object;

import io.apprentice.pose.image.ImageCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Reads triangle meshes: PLY (ascii, binary little endian; vertex colours, or texture coordinates with a {@code comment
 * TextureFile}) and OBJ with MTL (one texture, or a colour per material). Polygons become fans of triangles. Units stay
 * those of the file.
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
        return parse(file, bytes(file));
    }

    private static boolean isPly(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".ply");
    }

    static TriangleMesh parse(Path file, byte[] bytes) throws IOException {
        try {
            return isPly(file) ? new PlyReader(file, bytes).read() : new ObjReader(file, bytes).read();
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

    /** The file that a mesh file names, in the mesh file's folder, whatever folder it names. */
    static Path beside(Path mesh, String name) throws IOException {
        Path last = Path.of(name.replace('\\', '/')).getFileName();
        if (last == null) {
            throw new IOException("%s: expected the name of a file, got '%s'".formatted(mesh, name));
        }
        return mesh.resolveSibling(last);
    }

    /** The texture that a mesh file names, looked for in the mesh file's folder. */
    static Texture texture(Path mesh, String name) throws IOException {
        Path image = beside(mesh, name);
        try {
            return Texture.of(ImageCodec.decode(bytes(image)));
        } catch (IOException e) {
            throw new IOException("%s: texture %s: %s".formatted(mesh, image.getFileName(), e.getMessage()), e);
        }
    }

    /** A number of the file as a coordinate. */
    static float finite(double value, Supplier<String> where) throws IOException {
        if (!(Math.abs(value) < 1e9)) {
            throw new IOException(where.get() + ": expected a number within 1e9, got " + value);
        }
        return (float) value;
    }
}
