package io.apprentice.app.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the service of this process has counted so far, in one line: {@code labelled 120 (+31), skipped 0}. Not
 * thread-safe.
 */
final class Tally {
    private static final Pattern OWN = Pattern.compile("apprentice\\.(?:(?:ingest|teacher|trainer|inference)\\.)?(.+)");

    private final MeterRegistry metrics;
    private Map<String, Long> reported = Map.of();

    /** Counts the counters named {@code apprentice.*}, each summed over its tags. */
    Tally(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** All counters, with what was added since the line before; empty if nothing was. */
    String line() {
        Map<String, Long> now = metrics.getMeters().stream()
                .filter(meter -> meter instanceof Counter
                        && OWN.matcher(meter.getId().getName()).matches())
                .map(Counter.class::cast)
                .collect(Collectors.groupingBy(
                        counter -> OWN.matcher(counter.getId().getName()).replaceFirst("$1"),
                        TreeMap::new,
                        Collectors.summingLong(counter -> (long) counter.count())));
        Map<String, Long> before = reported;
        reported = now;
        long added = now.entrySet().stream()
                .mapToLong(e -> e.getValue() - before.getOrDefault(e.getKey(), 0L))
                .sum();
        if (added == 0) {
            return "";
        }
        return now.entrySet().stream()
                .map(e -> {
                    long more = e.getValue() - before.getOrDefault(e.getKey(), 0L);
                    return e.getKey() + " " + e.getValue() + (more == 0 ? "" : " (+" + more + ")");
                })
                .collect(Collectors.joining(", "));
    }
}
