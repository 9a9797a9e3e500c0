package io.apprentice.export;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files that appear under their names only once all are whole; until then they end in {@code .part}. */
final class Drafts implements Closeable {

    private static final int BUFFER_BYTES = 1 << 16;
    private final Map<Path, OutputStream> streams = new LinkedHashMap<>();

    /** A buffered stream into a new file. */
    OutputStream open(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(part(absolute)), BUFFER_BYTES);
        streams.put(absolute, out);
        return out;
    }

    private static Path part(Path file) {
        return file.resolveSibling(file.getFileName() + ".part");
    }

    /** Gives the files their names. */
    void publish() throws IOException {
        for (OutputStream out : streams.values()) {
            out.close();
        }
        for (Path file : streams.keySet()) {
            Files.move(part(file), file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        streams.clear();
    }

    /** Deletes what is not published. */
    @Override
    public void close() throws IOException {
        for (Map.Entry<Path, OutputStream> draft : streams.entrySet()) {
            draft.getValue().close();
            Files.deleteIfExists(part(draft.getKey()));
        }
    }
}
