package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import reactor.core.publisher.Flux;

/**
 * Reads whole topics, their tails, or single records by offset, without a group and without committing. Returns only
 * committed records. The blocking methods share one consumer and must be called by one thread at a time; each flux has
 * its own consumer.
 */
public final class RecordReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FETCH_PATIENCE = Duration.ofSeconds(10);
    private static final Duration SLOW_FETCH_PATIENCE = Duration.ofSeconds(20);
    private static final int RECORDS_PER_POLL = 64;

    private final KafkaSettings kafka;
    private final KafkaConsumer<byte[], byte[]> consumer;
    /** Records of {@link #fetching} that are read and not yet requested, by rising offsets. */
    private final Deque<Received> ahead = new ArrayDeque<>();

    private TopicPartition fetching;
    private volatile boolean closed;

    /** Where a tail begins. */
    public enum From {
        /** The oldest record kept. */
        BEGINNING,
        /** The last hundred places of each partition. */
        RECENT,
        /** The next record written. */
        END
    }

    /** Connects when first used. */
    public RecordReader(KafkaSettings kafka) {
        this.kafka = kafka;
        consumer = consumer(kafka, "none");
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka, String reset) {
        return Clients.consumer(
                kafka,
                Map.of(),
                Map.of("auto.offset.reset", reset, "max.poll.records", Integer.toString(RECORDS_PER_POLL)));
    }

    /**
     * All records of some topics from a place on, without end, until it is cancelled or {@link #close()} is called.
     * Little is read beyond the demand.
     *
     * @param topics full names; the flux fails if one does not exist
     */
    public Flux<Received> tail(Collection<String> topics, From from) {
        List<String> names = List.copyOf(topics);
        return Flux.create(
                sink -> new TopicReading(consumer(kafka, "earliest"), sink, () -> closed).start(names, from));
    }

    /**
     * All records of a topic from places on, without end; as {@link #tail(Collection, From)}.
     *
     * @param topic full name
     * @param from the first offset wanted of each partition; where it is deleted, the oldest kept
     */
    public Flux<Received> tail(String topic, Map<Integer, Long> from) {
        Map<Integer, Long> places = Map.copyOf(from);
        return Flux.create(
                sink -> new TopicReading(consumer(kafka, "earliest"), sink, () -> closed).start(topic, places));
    }

    /**
     * All records of a topic from places on, up to its end at the time of subscription, each partition in order.
     *
     * @param from as for {@link #tail(String, Map)}
     * @param end is told, before completion, the offset after the last of each partition
     */
    public Flux<Received> readToEnd(String topic, Map<Integer, Long> from, Consumer<Map<Integer, Long>> end) {
        Map<Integer, Long> places = Map.copyOf(from);
        return Flux.create(sink ->
                new TopicReading(consumer(kafka, "earliest"), sink, () -> closed).startToEnd(topic, places, end));
    }

    /**
     * All records of a topic up to its end at the time of subscription, each partition in order.
     *
     * @param topic full name; the flux fails if it does not exist, or if nothing can be read for 30 s
     */
    public Flux<Received> readToEnd(String topic) {
        return readToEnd(topic, From.BEGINNING);
    }

    /** The same from another place on. */
    public Flux<Received> readToEnd(String topic, From from) {
        return Flux.create(sink ->
                new TopicReading(consumer(kafka, "earliest"), sink, () -> closed).startToEnd(List.of(topic), from));
    }

    static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            List<PartitionInfo> infos = consumer.partitionsFor(topic, PATIENCE);
            if (infos == null || infos.isEmpty()) {
                throw new IllegalStateException("topic %s: no such topic".formatted(topic));
            }
            infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    /**
     * Reads one record. This is fast for rising offsets of one partition, because it continues from the last position.
     *
     * @return empty if the record is deleted, is not a record (a transaction's end), or is not yet there after 10 s
     * @throws TimeoutException if the record exists, but does not arrive within 30 s, so that a slow record is not
     *     taken for a deleted one
     */
    public Optional<Received> fetch(String topic, int partition, long offset) {
        TopicPartition wanted = new TopicPartition(topic, partition);
        try {
            return read(wanted, offset);
        } catch (OffsetOutOfRangeException e) {
            fetching = null; // the last position was deleted in the meantime
            return read(wanted, offset);
        } catch (KafkaException e) {
            fetching = null;
            throw e;
        }
    }

    private Optional<Received> read(TopicPartition wanted, long offset) {
        if (!isOnTheWay(wanted, offset) && !seek(wanted, offset)) {
            return Optional.empty();
        }
        long deadline = System.nanoTime() + FETCH_PATIENCE.toNanos();
        while (true) {
            while (!ahead.isEmpty() && ahead.getFirst().offset() < offset) {
                ahead.removeFirst();
            }
            if (!ahead.isEmpty()) {
                return ahead.getFirst().offset() == offset ? Optional.of(ahead.removeFirst()) : Optional.empty();
            }
            if (consumer.position(wanted) > offset) {
                return Optional.empty();
            }
            long late = System.nanoTime() - deadline;
            if (late > 0
                    && offset >= consumer.endOffsets(List.of(wanted), PATIENCE).get(wanted)) {
                return Optional.empty();
            }
            if (late > SLOW_FETCH_PATIENCE.toNanos()) {
                throw new TimeoutException("offset %d of %s did not arrive".formatted(offset, wanted));
            }
            consumer.poll(POLL).forEach(record -> ahead.add(Received.of(record)));
        }
    }

    /** Whether reading further finds the record soon. */
    private boolean isOnTheWay(TopicPartition wanted, long offset) {
        if (!wanted.equals(fetching)) {
            return false;
        }
        long next =
                ahead.isEmpty() ? consumer.position(wanted) : ahead.getFirst().offset();
        return next <= offset && offset < consumer.position(wanted) + RECORDS_PER_POLL;
    }

    /** Seeks to an offset; false if it is deleted. */
    private boolean seek(TopicPartition wanted, long offset) {
        ahead.clear();
        fetching = null;
        consumer.assign(List.of(wanted));
        if (offset < consumer.beginningOffsets(List.of(wanted), PATIENCE).get(wanted)) {
            return false;
        }
        consumer.seek(wanted, offset);
        fetching = wanted;
        return true;
    }

    /** The offset that the next record of each partition will have. */
    public Map<Integer, Long> endOffsets(String topic) {
        Map<Integer, Long> ends = new HashMap<>();
        List<TopicPartition> partitions = partitions(consumer, List.of(topic));
        if (!consumer.assignment().containsAll(partitions)) {
            // the client logs a warning for each query about partitions that it does not read
            ahead.clear();
            fetching = null;
            consumer.assign(partitions);
        }
        consumer.endOffsets(partitions, PATIENCE).forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }

    /** The oldest offset that each partition keeps. */
    public Map<Integer, Long> beginningOffsets(String topic) {
        Map<Integer, Long> beginnings = new HashMap<>();
        consumer.beginningOffsets(partitions(consumer, List.of(topic)), PATIENCE)
                .forEach((partition, beginning) -> beginnings.put(partition.partition(), beginning));
        return beginnings;
    }

    /** The first offset of each partition whose record is not older than a time; partitions without one are left out. */
    public Map<Integer, Long> offsetsAt(String topic, long timestampMillis) {
        Map<TopicPartition, Long> asked = new HashMap<>();
        partitions(consumer, List.of(topic)).forEach(p -> asked.put(p, timestampMillis));
        Map<Integer, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
                consumer.offsetsForTimes(asked, PATIENCE).entrySet()) {
            if (found.getValue() != null) {
                offsets.put(found.getKey().partition(), found.getValue().offset());
            }
        }
        return offsets;
    }

    /** Ends the fluxes and closes the connection. */
    @Override
    public void close() {
        closed = true;
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
