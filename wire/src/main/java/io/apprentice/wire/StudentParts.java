package io.apprentice.wire;

import io.apprentice.schemas.StudentModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the parts of student versions together, in whatever order they come, and again if they come again. Holds parts of at
 * most 16 versions that are not whole yet, and at most {@link #LARGEST_FILE} bytes. Not thread-safe.
 */
public final class StudentParts {

    /** The largest file of a version, bytes. */
    public static final long LARGEST_FILE = 512L << 20;

    private static final int MOST_PARTS = 4096;
    private static final int MOST_VERSIONS = 16;

    private record Version(String student, long number) {}

    private static final class Pieces {
        private final Map<Integer, byte[]> byPart = new TreeMap<>();
        private long bytes;
    }

    /** Versions that are not whole yet, the oldest first. */
    private final Map<Version, Pieces> begun = new LinkedHashMap<>();

    private long bytes;

    /**
     * Takes the next part.
     *
     * @return the file of its version, once its last missing part is there; older versions of the student are forgotten then
     * @throws IllegalArgumentException if it can be no part of a file, or the parts are more than the file; or if it takes
     *     so much room that another version, which is not whole, is forgotten for it
     */
    public Optional<byte[]> take(StudentModel part) {
        check(part);
        Version version = new Version(part.getStudentId(), part.getVersion());
        Pieces pieces = begun.computeIfAbsent(version, v -> new Pieces());
        byte[] piece = Bytes.of(part.getWeights());
        byte[] before = pieces.byPart.put(part.getPart(), piece);
        add(pieces, piece.length - (before == null ? 0 : before.length));
        if (pieces.bytes > part.getManifest().getSize()) {
            forget(version);
            throw new IllegalArgumentException("expected %,d bytes, its parts so far have %,d"
                    .formatted(part.getManifest().getSize(), pieces.bytes));
        }
        List<byte[]> file = new ArrayList<>();
        for (int i = 0; i < part.getParts() && pieces.byPart.containsKey(i); i++) {
            file.add(pieces.byPart.get(i));
        }
        if (file.size() < part.getParts()) {
            makeRoom();
            return Optional.empty();
        }
        begun.keySet().stream()
                .filter(old -> old.student().equals(version.student()) && old.number() <= version.number())
                .toList()
                .forEach(this::forget);
        return Optional.of(FileParts.join(file));
    }

    private static void check(StudentModel part) {
        long size = part.getManifest().getSize();
        boolean possible = part.getPart() >= 0
                && part.getPart() < part.getParts()
                && part.getParts() <= MOST_PARTS
                && size >= 0
                && size <= LARGEST_FILE;
        if (!possible) {
            throw new IllegalArgumentException(
                    "part %d of %d of a file of %,d bytes: expected a part below the number of parts, at most %d parts and %,d bytes"
                            .formatted(part.getPart(), part.getParts(), size, MOST_PARTS, LARGEST_FILE));
        }
    }

    private void makeRoom() {
        if (begun.size() > MOST_VERSIONS || bytes > LARGEST_FILE) {
            Iterator<Version> eldest = begun.keySet().iterator();
            Version version = eldest.next();
            int parts = begun.get(version).byPart.size();
            forget(version);
            throw new IllegalArgumentException(
                    "student '%.60s' version %d never became whole; its %d parts are forgotten"
                            .formatted(version.student(), version.number(), parts));
        }
    }

    /** Forgets what is there of a version, which its publisher has removed. */
    public void forget(String student, long version) {
        forget(new Version(student, version));
    }

    private void forget(Version version) {
        Pieces pieces = begun.remove(version);
        if (pieces != null) {
            bytes -= pieces.bytes;
        }
    }

    private void add(Pieces pieces, int more) {
        pieces.bytes += more;
        bytes += more;
    }

    /** How many versions have begun and are not whole. */
    public int begun() {
        return begun.size();
    }
}
