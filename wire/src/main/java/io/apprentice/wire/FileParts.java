package io.apprentice.wire;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Files that are larger than a record may be: cut into parts and put together again. */
public final class FileParts {

    /** Below the 1 MB that brokers and producers allow a record by default, with room for the other fields. */
    public static final int LIMIT = 900_000;

    private FileParts() {}

    /** Parts of at most {@link #LIMIT} bytes, at least one. */
    public static List<byte[]> split(byte[] file) {
        List<byte[]> parts = new ArrayList<>();
        for (int start = 0; start < file.length || start == 0; start += LIMIT) {
            parts.add(Arrays.copyOfRange(file, start, Math.min(file.length, start + LIMIT)));
        }
        return parts;
    }

    /** The file again. */
    public static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        parts.forEach(file::writeBytes);
        return file.toByteArray();
    }

    /** SHA-256 of a file, in lower-case hex. */
    public static String sha256(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
