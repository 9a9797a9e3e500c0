package io.apprentice.ingest.pace;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How fast cameras send: {@code real-time} (each at its own pace), a number of frames per second, or {@code max} (as fast
 * as the broker acknowledges; nothing is ever dropped).
 */
public final class Rate {

    /** Each camera at its own pace. */
    public static final Rate REAL_TIME = new Rate("real-time", 0);

    /** As fast as the broker acknowledges. */
    public static final Rate MAX = new Rate("max", 0);

    private final String text;
    private final double framesPerSecond;

    private Rate(String text, double framesPerSecond) {
        this.text = text;
        this.framesPerSecond = framesPerSecond;
    }

    /**
     * Reads a rate.
     *
     * @throws IllegalArgumentException if it is neither {@code real-time} nor {@code max} nor a number above 0, at most 1000
     */
    @JsonCreator
    public static Rate parse(String text) {
        String word = text.strip();
        if (word.equals(MAX.text)) {
            return MAX;
        }
        if (word.equals(REAL_TIME.text)) {
            return REAL_TIME;
        }
        try {
            return of(Double.parseDouble(word));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
    }

    /**
     * A fixed number of frames per second.
     *
     * @throws IllegalArgumentException if it is not above 0 and at most 1000
     */
    @JsonCreator
    public static Rate of(double framesPerSecond) {
        if (!(framesPerSecond > 0 && framesPerSecond <= 1000)) {
            throw new IllegalArgumentException(expected(Double.toString(framesPerSecond)));
        }
        return new Rate(Double.toString(framesPerSecond), framesPerSecond);
    }

    private static String expected(String got) {
        return "rate: expected real-time, max, or frames per second above 0 and at most 1000, got '" + got + "'";
    }

    /** Frames per second of a camera whose own pace is {@code own}; infinite for {@link #MAX}. */
    public double framesPerSecond(double own) {
        if (equals(MAX)) {
            return Double.POSITIVE_INFINITY;
        }
        return equals(REAL_TIME) ? own : framesPerSecond;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rate rate && rate.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Text that {@link #parse} reads. */
    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
