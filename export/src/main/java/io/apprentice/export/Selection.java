package io.apprentice.export;

import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.SpanReader.Span;
import io.apprentice.streaming.kafka.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records belong to a range of frames. A pose has its frame's timestamp. A label is written later, so it is judged by
 * its frame, which was read before; without the frame there is nothing to draw it on.
 */
final class Selection {

    /** What a record is to the range. */
    enum Verdict {
        INSIDE,
        OUTSIDE,
        /** Outside, and so are all later ones of its partition. */
        BEHIND
    }

    /** By so much the frames of several cameras in one partition may be out of order. */
    private static final Duration DISORDER = Duration.ofSeconds(10);

    private final FrameRange range;
    private final Instant from;
    private final Instant to;
    private final Map<TopicPartition, Span> spans = new HashMap<>();
    /** The frames inside so far, by partition. */
    private final Map<Integer, Span> frames;

    /** @throws IllegalArgumentException if the range names frames that are not there */
    Selection(RecordReader reader, Topics topics, Set<Topic> wanted, FrameRange range) {
        this.range = range;
        from = range.from().orElse(Instant.MIN);
        to = range.to().orElse(Instant.MAX);
        frames = new HashMap<>(range.offsets());
        Instant start = range.offsets().isEmpty()
                ? range.from().orElse(Instant.EPOCH)
                : arrival(reader, topics.name(Topic.FRAMES), range.offsets());
        for (Topic topic : wanted) {
            String name = topics.name(topic);
            Map<Integer, Long> firsts = reader.offsetsAt(name, start.toEpochMilli());
            reader.endOffsets(name)
                    .forEach((partition, end) -> spans.put(
                            new TopicPartition(name, partition), new Span(firsts.getOrDefault(partition, end), end)));
        }
    }

    /** When the first frame of the offsets came; the epoch if one is no longer kept. */
    private static Instant arrival(RecordReader reader, String topic, Map<Integer, Span> offsets) {
        Map<Integer, Long> ends = reader.endOffsets(topic);
        offsets.forEach((partition, span) -> {
            if (span.first() >= ends.getOrDefault(partition, 0L)) {
                throw new IllegalArgumentException("--offsets: partition %d has no frame %d; the partitions end at %s"
                        .formatted(partition, span.first(), ends));
            }
        });
        return offsets.entrySet().stream()
                .map(span -> reader.fetch(topic, span.getKey(), span.getValue().first())
                        .map(record -> Instant.ofEpochMilli(record.timestamp()))
                        .orElse(Instant.EPOCH))
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /**
     * What must be read. The ends are those of the topics: markers of transactions have later timestamps than the records
     * before and behind them, so the broker cannot say where a time ends.
     */
    Map<TopicPartition, Span> spans() {
        return spans;
    }

    Verdict frame(FrameRef frame, Instant arrival) {
        if (!range.offsets().isEmpty()) {
            return byOffset(frame);
        }
        Verdict verdict = byTime(arrival);
        if (verdict == Verdict.INSIDE) {
            frames.merge(
                    frame.getPartition(),
                    new Span(frame.getOffset(), frame.getOffset() + 1),
                    (before, now) -> new Span(before.first(), now.end()));
        }
        return verdict;
    }

    Verdict pose(FrameRef frame, Instant arrival) {
        return range.offsets().isEmpty() ? byTime(arrival) : byOffset(frame);
    }

    Verdict label(FrameRef frame, Instant written) {
        Verdict verdict = byOffset(frame);
        boolean mayBeOutOfOrder = range.offsets().isEmpty() && byTime(written) != Verdict.BEHIND;
        return verdict == Verdict.BEHIND && mayBeOutOfOrder ? Verdict.OUTSIDE : verdict;
    }

    private Verdict byTime(Instant arrival) {
        if (arrival.isBefore(to)) {
            return arrival.isBefore(from) ? Verdict.OUTSIDE : Verdict.INSIDE;
        }
        return arrival.minus(DISORDER).isBefore(to) ? Verdict.OUTSIDE : Verdict.BEHIND;
    }

    private Verdict byOffset(FrameRef frame) {
        Optional<Span> span = Optional.ofNullable(frames.get(frame.getPartition()));
        if (span.isEmpty() || frame.getOffset() < span.get().first()) {
            return Verdict.OUTSIDE;
        }
        return span.get().contains(frame.getOffset()) ? Verdict.INSIDE : Verdict.BEHIND;
    }
}
