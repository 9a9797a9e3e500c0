package io.apprentice.app.command.value;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads times: ISO 8601 in UTC, milliseconds since 1970, or a duration before now such as {@code 10m}. */
public final class TimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        if (text.matches("\\d{1,15}")) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            try {
                return Instant.now().minus(new DurationConverter().convert(text));
            } catch (TypeConversionException e) {
                throw new TypeConversionException(
                        "expected a time such as 2026-01-31T12:00:00Z, milliseconds since 1970,"
                                + " or a duration before now such as 10m, got '" + text + "'");
            }
        }
    }
}
