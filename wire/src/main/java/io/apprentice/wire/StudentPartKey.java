package io.apprentice.wire;

import java.nio.charset.StandardCharsets;

/**
 * Key of a part of a student version: {@code student/version/part}.
 *
 * @param student the student's id, without slashes
 */
public record StudentPartKey(String student, long version, int part) {

    /** The key of a record. */
    public static StudentPartKey of(byte[] key) {
        String[] fields = new String(key, StandardCharsets.UTF_8).split("/", -1);
        return new StudentPartKey(fields[0], Long.parseLong(fields[1]), Integer.parseInt(fields[2]));
    }

    /** The key's bytes, as in the topic. */
    public byte[] bytes() {
        return (student + "/" + version + "/" + part).getBytes(StandardCharsets.UTF_8);
    }
}
