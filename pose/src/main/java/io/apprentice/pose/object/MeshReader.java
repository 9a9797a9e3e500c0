package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.file.Path;

/** Reads triangle meshes from PLY and OBJ files. */
public final class MeshReader {
    private MeshReader() {}

    /** Reads a mesh. */
    public static TriangleMesh read(Path file) throws IOException {
        throw new IOException(file + ": mesh files cannot be read yet");
    }
}
