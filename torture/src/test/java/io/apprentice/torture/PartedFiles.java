package io.apprentice.torture;

import io.apprentice.torture.RunLog.Version;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/** Hashes files that come in parts, one after the other as they lie in a topic, and keeps none of them. */
final class PartedFiles {

    private final List<File> files = new ArrayList<>();

    private static final class File {
        private final String owner;
        private final long number;
        private final int parts;
        private final String promised;
        private final MessageDigest digest = sha256();
        private int next;
        private String found = "";

        File(String owner, long number, int parts, String promised) {
            this.owner = owner;
            this.number = number;
            this.parts = parts;
            this.promised = promised;
        }

        void take(int part, ByteBuffer bytes) {
            if (part != next && found.isEmpty()) {
                found = "part %d where %d was expected".formatted(part, next);
            }
            digest.update(bytes);
            next = part + 1;
            if (next == parts && found.isEmpty()) {
                found = HexFormat.of().formatHex(digest.digest());
            }
        }

        Version version() {
            return new Version(
                    owner, number, parts, promised, found.isEmpty() ? "%d of %d parts".formatted(next, parts) : found);
        }
    }

    /** Takes a part; part 0, or a part of another file than the last one, begins a file. */
    void take(GenericRecord value, long number, String promised, ByteBuffer bytes) {
        String owner = LogReader.text(value, "student_id");
        int part = (int) LogReader.number(value, "part");
        File last = files.isEmpty() ? null : files.get(files.size() - 1);
        if (last == null || part == 0 || !last.owner.equals(owner) || last.number != number) {
            last = new File(owner, number, (int) LogReader.number(value, "parts"), promised);
            files.add(last);
        }
        last.take(part, bytes);
    }

    List<Version> versions() {
        return files.stream().map(File::version).toList();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
