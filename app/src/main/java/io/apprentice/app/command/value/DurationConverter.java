package io.apprentice.app.command.value;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as people write them: {@code 90s}, {@code 3m}, {@code 1h30m}. */
public final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern WRITTEN = Pattern.compile("(\\d+h)?(\\d+m)?(\\d+(\\.\\d+)?s)?");

    @Override
    public Duration convert(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.isEmpty() || !WRITTEN.matcher(lower).matches()) {
            throw new TypeConversionException("expected a duration such as 90s, 3m or 1h30m, got '" + text + "'");
        }
        return Duration.parse("PT" + lower);
    }
}
