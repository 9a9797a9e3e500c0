package io.apprentice.wire;

import io.apprentice.schemas.DirectiveKind;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Key of a directive. Those of people have their kind before a slash, so that they stand beside those of the training.
 *
 * @param subject the camera of a stride, else the student
 * @param byPerson whether a person asks, and not the training
 */
public record DirectiveKey(DirectiveKind kind, String subject, boolean byPerson) {

    /** The key of what a person asks for. */
    public static DirectiveKey ofPerson(DirectiveKind kind, String subject) {
        return new DirectiveKey(kind, subject, true);
    }

    /** The key of a record; one without a known kind is a camera's, whose stride the training asks for. */
    public static DirectiveKey of(byte[] key) {
        String text = new String(key, StandardCharsets.UTF_8);
        for (DirectiveKind kind : DirectiveKind.values()) {
            if (kind != DirectiveKind.UNKNOWN && text.startsWith(prefix(kind))) {
                return ofPerson(kind, text.substring(prefix(kind).length()));
            }
        }
        return new DirectiveKey(DirectiveKind.STRIDE, text, false);
    }

    private static String prefix(DirectiveKind kind) {
        return kind.name().toLowerCase(Locale.ROOT) + "/";
    }

    /** The key's bytes, as in the topic. */
    public byte[] bytes() {
        return (byPerson ? prefix(kind) + subject : subject).getBytes(StandardCharsets.UTF_8);
    }
}
