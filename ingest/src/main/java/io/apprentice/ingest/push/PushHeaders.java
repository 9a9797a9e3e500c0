package io.apprentice.ingest.push;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a sender says about a picture. */
final class PushHeaders {

    private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}([.][0-9]{1,9})?");
    /** Years that microseconds in a record and clocks of cameras can have; a clock that was never set says 1970. */
    private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

    private PushHeaders() {}

    /**
     * A count of frames.
     *
     * @throws IllegalArgumentException naming the header, the value and what was expected
     */
    static OptionalLong sequence(@Nullable String text) {
        if (text == null) {
            return OptionalLong.empty();
        }
        if (!COUNT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "%s: expected a count of 0 or more, got '%s'".formatted(PushEndpoint.SEQUENCE, text));
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    /**
     * A time: RFC 3339, or seconds since 1970.
     *
     * @throws IllegalArgumentException as above
     */
    static Optional<Instant> time(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            Instant time = SECONDS.matcher(text).matches()
                    ? Instant.ofEpochSecond(
                            0, new BigDecimal(text).movePointRight(9).longValueExact())
                    : OffsetDateTime.parse(text).toInstant();
            if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
                throw new DateTimeException("out of range");
            }
            return Optional.of(time);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "%s: expected a time such as 2026-01-31T12:00:00.123456Z, or seconds since 1970, got '%s'"
                            .formatted(PushEndpoint.CAPTURED_AT, text),
                    e);
        }
    }
}
