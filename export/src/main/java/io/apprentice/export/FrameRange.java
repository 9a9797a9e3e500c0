package io.apprentice.export;

import io.apprentice.streaming.kafka.SpanReader.Span;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which frames: by the time at which they reached us, or by their offsets in the topic {@code frames}.
 *
 * @param from the first time, included; empty: from the oldest kept
 * @param to the end, not included; empty: to the newest there is
 * @param offsets by partition; if not empty, all other partitions are left out, and there are no times
 */
public record FrameRange(Optional<Instant> from, Optional<Instant> to, Map<Integer, Span> offsets) {

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if the end is not behind the start, or there are times and offsets
     */
    public FrameRange {
        offsets = Map.copyOf(offsets);
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new IllegalArgumentException(
                    "--to must be later than --from, which is %s, got %s".formatted(from.get(), to.get()));
        }
        if (!offsets.isEmpty() && (from.isPresent() || to.isPresent())) {
            throw new IllegalArgumentException("--offsets: expected no --from and no --to beside it");
        }
        offsets.forEach((partition, span) -> {
            if (partition < 0 || span.first() < 0 || span.length() == 0) {
                throw new IllegalArgumentException(
                        "--offsets must be PARTITION=FIRST..END with FIRST < END, got %d=%d..%d"
                                .formatted(partition, span.first(), span.end()));
            }
        });
    }

    @Override
    public String toString() {
        if (!offsets.isEmpty()) {
            return "the frames at " + offsets;
        }
        return "%s to %s"
                .formatted(
                        from.map(Instant::toString).orElse("the oldest kept"),
                        to.map(Instant::toString).orElse("now"));
    }
}
