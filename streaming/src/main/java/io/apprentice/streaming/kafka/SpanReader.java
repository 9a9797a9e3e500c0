package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads spans of several partitions once, merged by the records' timestamps, without a group. Returns only committed
 * records. Holds a few megabytes a partition, however long the spans are. For one thread.
 */
public final class SpanReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String FETCH_BYTES = Integer.toString(1 << 20);
    private static final String RECORDS_PER_POLL = "64";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Span> spans;
    /** What is read and not yet returned, of each partition that may have more. */
    private final Map<TopicPartition, Deque<Received>> open = new LinkedHashMap<>();

    private final Map<TopicPartition, Long> reached = new LinkedHashMap<>();

    /**
     * Offsets of one partition.
     *
     * @param first the first, included
     * @param end the end, not included
     */
    public record Span(long first, long end) {
        /** The number of offsets, markers of transactions included. */
        public long length() {
            return Math.max(0, end - first);
        }

        /** Whether an offset lies within. */
        public boolean contains(long offset) {
            return offset >= first && offset < end;
        }
    }

    /**
     * Begins to read.
     *
     * @param spans what to read; those that are no longer kept are passed over
     */
    public SpanReader(KafkaSettings kafka, Map<TopicPartition, Span> spans) {
        this.spans = Map.copyOf(spans);
        consumer = Clients.consumer(
                kafka,
                Map.of(),
                Map.of(
                        "auto.offset.reset", "earliest",
                        "max.partition.fetch.bytes", FETCH_BYTES,
                        "max.poll.records", RECORDS_PER_POLL));
        spans.forEach((partition, span) -> {
            if (span.length() > 0) {
                open.put(partition, new ArrayDeque<>());
            }
        });
        consumer.assign(open.keySet());
        open.keySet()
                .forEach(partition ->
                        consumer.seek(partition, spans.get(partition).first()));
    }

    /**
     * The next record; empty at the end.
     *
     * @throws IllegalStateException if nothing can be read for 30 s
     */
    public Optional<Received> next() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            open.entrySet().removeIf(p -> p.getValue().isEmpty() && isRead(p.getKey()));
            if (open.values().stream().noneMatch(Deque::isEmpty)) {
                return open.values().stream()
                        .min(Comparator.comparingLong(
                                waiting -> waiting.getFirst().timestamp()))
                        .map(Deque::removeFirst);
            }
            if (fill()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "%s: nothing to read for %d s before the end".formatted(open.keySet(), PATIENCE.toSeconds()));
            }
        }
    }

    private boolean isRead(TopicPartition partition) {
        long position = consumer.position(partition, PATIENCE);
        reached.put(partition, position);
        return position >= spans.get(partition).end();
    }

    /** Polls the partitions that nothing waits of; returns whether there was something. */
    private boolean fill() {
        consumer.resume(consumer.paused());
        consumer.pause(consumer.assignment().stream()
                .filter(p -> !open.containsKey(p) || !open.get(p).isEmpty())
                .toList());
        boolean some = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (spans.get(partition).contains(record.offset())) {
                open.get(partition).add(Received.of(record));
            }
            some = true;
        }
        return some;
    }

    /** Reads no more of a partition. */
    public void leave(String topic, int partition) {
        TopicPartition left = new TopicPartition(topic, partition);
        open.remove(left);
        reached.put(left, spans.get(left).end());
    }

    /** Which share of the spans is read, 0 to 1. */
    public double progress() {
        long all = spans.values().stream().mapToLong(Span::length).sum();
        long read = reached.entrySet().stream()
                .mapToLong(p -> Math.min(p.getValue(), spans.get(p.getKey()).end())
                        - spans.get(p.getKey()).first())
                .sum();
        return all == 0 ? 1 : (double) read / all;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
