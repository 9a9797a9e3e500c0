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
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Reads without a group and without committing: whole topics, their tails, single records by offset. Only committed records
 * are seen. The blocking methods share one consumer and must be called by one thread at a time; each {@link #tail} has its own.
 */
public final class RecordReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FETCH_PATIENCE = Duration.ofSeconds(10);

    private final KafkaSettings kafka;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deque<Received> ahead = new ArrayDeque<>();
    private TopicPartition fetching;
    private volatile boolean closed;

    /** Where a tail begins. */
    public enum From {
        /** The oldest record kept. */
        BEGINNING,
        /** The next record written. */
        END
    }

    /** Connects when first used. */
    public RecordReader(KafkaSettings kafka) {
        this.kafka = kafka;
        consumer = Clients.consumer(kafka, Map.of("auto.offset.reset", "none", "max.poll.records", "64"));
    }

    /**
     * All records of some topics from a place on, without end; unsubscribing stops it. Demand drives it: nothing is read that
     * nobody asked for.
     *
     * @param topics full names; must exist
     */
    public Flux<Received> tail(Collection<String> topics, From from) {
        return Flux.create(
                sink -> {
                    Thread thread = new Thread(() -> follow(List.copyOf(topics), from, sink), "tail-" + topics);
                    thread.setDaemon(true);
                    thread.start();
                },
                FluxSink.OverflowStrategy.BUFFER);
    }

    private void follow(List<String> topics, From from, FluxSink<Received> sink) {
        try (KafkaConsumer<byte[], byte[]> own =
                Clients.consumer(kafka, Map.of("auto.offset.reset", "earliest", "max.poll.records", "64"))) {
            List<TopicPartition> partitions = partitions(own, topics);
            own.assign(partitions);
            if (from == From.BEGINNING) {
                own.seekToBeginning(partitions);
            } else {
                // resolved at once, so that what is written from now on is seen
                own.endOffsets(partitions).forEach(own::seek);
            }
            while (!sink.isCancelled() && !closed) {
                if (sink.requestedFromDownstream() > 0) {
                    own.resume(own.paused());
                } else {
                    own.pause(own.assignment());
                }
                for (ConsumerRecord<byte[], byte[]> record : own.poll(POLL)) {
                    sink.next(Received.of(record));
                }
            }
            sink.complete();
        } catch (RuntimeException e) {
            sink.error(e);
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
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
     * Everything in a topic up to its end as it is now, partition by partition in order.
     *
     * @param topic full name; must exist
     * @throws IllegalStateException if it cannot be read to its end within 30 s without progress
     */
    public Flux<Received> readToEnd(String topic) {
        return Flux.defer(() -> Flux.fromIterable(allOf(topic)));
    }

    private List<Received> allOf(String topic) {
        List<TopicPartition> partitions = partitions(consumer, List.of(topic));
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
        fetching = null;
        ahead.clear();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        List<Received> all = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            boolean progress = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    all.add(Received.of(record));
                }
                progress = true;
            }
            if (progress) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "topic %s: no progress towards its end for %d s".formatted(topic, PATIENCE.toSeconds()));
            }
        }
        return all;
    }

    /**
     * One record. Quick for rising offsets of one partition: it reads on from where it is.
     *
     * @return empty if it is no longer, or not yet, there
     */
    public Optional<Received> fetch(String topic, int partition, long offset) {
        TopicPartition wanted = new TopicPartition(topic, partition);
        boolean behind = ahead.peekFirst() != null && ahead.peekFirst().offset() > offset;
        if (!wanted.equals(fetching) || behind || (ahead.isEmpty() && consumer.position(wanted) != offset)) {
            ahead.clear();
            fetching = wanted;
            consumer.assign(List.of(wanted));
            long beginning =
                    consumer.beginningOffsets(List.of(wanted), PATIENCE).get(wanted);
            if (offset < beginning) {
                fetching = null;
                return Optional.empty();
            }
            consumer.seek(wanted, offset);
        }
        long deadline = System.nanoTime() + FETCH_PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            while (!ahead.isEmpty()) {
                Received next = ahead.pollFirst();
                if (next.offset() == offset) {
                    return Optional.of(next);
                }
                if (next.offset() > offset) {
                    ahead.addFirst(next);
                    return Optional.empty();
                }
            }
            if (consumer.position(wanted) > offset) {
                return Optional.empty();
            }
            consumer.poll(POLL).forEach(record -> ahead.add(Received.of(record)));
        }
        fetching = null;
        return Optional.empty();
    }

    /** The offset that the next record of each partition will have. */
    public Map<Integer, Long> endOffsets(String topic) {
        Map<Integer, Long> ends = new HashMap<>();
        consumer.endOffsets(partitions(consumer, List.of(topic)), PATIENCE)
                .forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
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

    /** Ends the tails and closes the connection. */
    @Override
    public void close() {
        closed = true;
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
