package io.apprentice.wire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Key of a part of a student version: {@code student/version/part}.
 *
 * @param student the student's id, without slashes
 */
public record StudentPartKey(String student, long version, int part) {

    private static final Pattern FORM = Pattern.compile("([^/]*)/(\\d{1,18})/(\\d{1,9})");

    /** The key of a record; empty if it has none, or one of another form. */
    public static Optional<StudentPartKey> of(byte[] key) {
        if (key == null) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(new String(key, StandardCharsets.UTF_8));
        return form.matches()
                ? Optional.of(new StudentPartKey(
                        form.group(1), Long.parseLong(form.group(2)), Integer.parseInt(form.group(3))))
                : Optional.empty();
    }

    /** The key's bytes, as in the topic. */
    public byte[] bytes() {
        return (student + "/" + version + "/" + part).getBytes(StandardCharsets.UTF_8);
    }
}
