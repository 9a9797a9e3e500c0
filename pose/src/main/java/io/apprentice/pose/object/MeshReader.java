package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.file.Path;

/** Reads triangle meshes from PLY and OBJ files. */
public final class MeshReader {
    private MeshReader() {}

    /** Reads a mesh. */
    public static TriangleMesh read(Path file) throws IOException {
        if (!java.nio.file.Files.isReadable(file)) {
            throw new IOException(file + ": no such mesh file");
        }
        throw new IOException(file + ": mesh files cannot be read yet");
    }
}
