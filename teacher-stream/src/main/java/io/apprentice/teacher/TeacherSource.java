package io.apprentice.teacher;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Who teaches, as the setting {@code teacher.source} says it.
 *
 * @param kind kind of teacher
 * @param name the file of {@code results:FILE.csv}, the id of {@code java:ID}; empty for the others
 */
public record TeacherSource(Kind kind, String name) {

    /** Kinds of teachers. */
    public enum Kind {
        /** A network, by {@code teacher.weights}. */
        NETWORK,
        /** Another program, which writes to {@code local-predictions}. */
        EXTERNAL,
        /** A file of BOP results. */
        RESULTS,
        /** A {@link io.apprentice.pose.teacher.PoseTeacher} on the class path. */
        JAVA;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A network. */
    public static final TeacherSource NETWORK = new TeacherSource(Kind.NETWORK, "");

    /** What {@code --teacher} sets, {@code key=value}: a text that is no source is a network's weights. */
    public static String setting(String text) {
        boolean source = text.equals("external") || text.startsWith("results:") || text.startsWith("java:");
        return (source ? "teacher.source=" : "teacher.weights=") + text;
    }

    /**
     * Reads {@code network}, {@code external}, {@code results:FILE.csv} or {@code java:ID}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    @JsonCreator
    public static TeacherSource parse(String text) {
        String[] parts = text.split(":", 2);
        for (Kind kind : Kind.values()) {
            boolean named = kind == Kind.RESULTS || kind == Kind.JAVA;
            if (kind.word().equals(parts[0]) && named == (parts.length == 2) && !(named && parts[1].isBlank())) {
                return new TeacherSource(kind, named ? parts[1] : "");
            }
        }
        throw new IllegalArgumentException(
                "teacher.source must be network, external, results:FILE.csv or java:ID, got '" + text + "'");
    }

    /** Text that {@link #parse} reads as an equal source. */
    @JsonValue
    @Override
    public String toString() {
        return kind.word() + (name.isEmpty() ? "" : ":" + name);
    }
}
