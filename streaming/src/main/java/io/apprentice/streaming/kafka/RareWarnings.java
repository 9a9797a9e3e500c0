package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Warnings about records, of which there may be any number, with texts that may hold anything. Of each kind one line is
 * written in ten seconds, with the number of those that were left out; what steers a terminal becomes dots. Thread-safe.
 */
public final class RareWarnings {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final int LONGEST_LINE = 2_000;

    private record Said(long lineAtNanos, long silent) {}

    private final Logger log;
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    /** Writes to a log. */
    public RareWarnings(Logger log) {
        this.log = log;
    }

    /**
     * Says something, unless something of this kind was said in the last ten seconds.
     *
     * @param kind one of a few
     */
    public void warn(String kind, String message) {
        long now = System.nanoTime();
        said.compute(kind, (k, last) -> {
            if (last != null && now - last.lineAtNanos() < BETWEEN_LINES.toNanos()) {
                return new Said(last.lineAtNanos(), last.silent() + 1);
            }
            String more = last == null || last.silent() == 0 ? "" : " (and %d more like it)".formatted(last.silent());
            log.warn("{}{}", shown(message), more);
            return new Said(now, 0);
        });
    }

    private static String shown(String message) {
        String line = message.length() > LONGEST_LINE ? message.substring(0, LONGEST_LINE) + "..." : message;
        return line.replaceAll("\\p{Cntrl}", ".");
    }
}
