package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import reactor.core.publisher.FluxSink;

/** Reads whole topics into one sink, on its own thread, as far as there is demand. Owns its consumer. */
final class TopicReading {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final long RECENT = 100;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final FluxSink<Received> sink;
    private final BooleanSupplier stop;
    private volatile boolean waitsForDemand;

    TopicReading(KafkaConsumer<byte[], byte[]> consumer, FluxSink<Received> sink, BooleanSupplier stop) {
        this.consumer = consumer;
        this.sink = sink;
        this.stop = stop;
    }

    /** Reads without end. */
    void start(List<String> topics, RecordReader.From from) {
        launch(topics, () -> {
            seek(assign(topics), from);
            readOn();
        });
    }

    /** Reads without end, from a place of each partition. */
    void start(String topic, Map<Integer, Long> from) {
        launch(List.of(topic), () -> {
            seek(topic, from);
            readOn();
        });
    }

    private void readOn() {
        while (!isStopped()) {
            poll();
        }
    }

    private void seek(String topic, Map<Integer, Long> from) {
        Map<TopicPartition, Long> places = new HashMap<>();
        from.forEach((partition, offset) -> places.put(new TopicPartition(topic, partition), offset));
        consumer.assign(places.keySet());
        places.forEach(consumer::seek);
    }

    private void seek(List<TopicPartition> partitions, RecordReader.From from) {
        switch (from) {
            case BEGINNING -> consumer.seekToBeginning(partitions);
            case RECENT -> {
                Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
                consumer.endOffsets(partitions)
                        .forEach((p, end) -> consumer.seek(p, Math.max(first.get(p), end - RECENT)));
            }
            // evaluated at once, so that records written from now on are read
            case END -> consumer.endOffsets(partitions).forEach(consumer::seek);
        }
    }

    /** Reads to the current end. */
    void startToEnd(List<String> topics, RecordReader.From from) {
        launch(topics, () -> {
            List<TopicPartition> partitions = assign(topics);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            seek(partitions, from);
            readTo(ends);
        });
    }

    /** Reads to the current end, from a place of each partition; says before completion where the end was. */
    void startToEnd(String topic, Map<Integer, Long> from, Consumer<Map<Integer, Long>> end) {
        launch(List.of(topic), () -> {
            seek(topic, from);
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            readTo(ends);
            Map<Integer, Long> reached = new HashMap<>();
            ends.forEach((partition, offset) -> reached.put(partition.partition(), offset));
            end.accept(reached);
        });
    }

    private void readTo(Map<TopicPartition, Long> ends) {
        long progressNanos = System.nanoTime();
        while (!isStopped() && !isReached(ends)) {
            if (poll() || sink.requestedFromDownstream() == 0) {
                progressNanos = System.nanoTime();
            } else if (System.nanoTime() - progressNanos > PATIENCE_NANOS) {
                throw new IllegalStateException("%s: nothing to read for 30 s before the end".formatted(ends.keySet()));
            }
        }
    }

    private boolean isReached(Map<TopicPartition, Long> ends) {
        try {
            return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        } catch (WakeupException demand) {
            return false; // evaluated again at once
        }
    }

    private void launch(List<String> topics, Runnable work) {
        sink.onRequest(demand -> {
            if (waitsForDemand) {
                consumer.wakeup();
            }
        });
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        sink.complete();
                    } catch (Throwable e) { // the subscriber decides
                        sink.error(e);
                    } finally {
                        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
                    }
                },
                "reader-" + String.join(",", topics));
        thread.setDaemon(true);
        thread.start();
    }

    private List<TopicPartition> assign(List<String> topics) {
        List<TopicPartition> partitions = RecordReader.partitions(consumer, topics);
        consumer.assign(partitions);
        return partitions;
    }

    private boolean isStopped() {
        return sink.isCancelled() || stop.getAsBoolean();
    }

    /** Emits available records; returns whether there were any. */
    private boolean poll() {
        waitsForDemand = true; // before the look at the demand: what comes after it wakes the poll
        try {
            if (sink.requestedFromDownstream() > 0) {
                waitsForDemand = false;
                consumer.resume(consumer.paused());
            } else {
                consumer.pause(consumer.assignment());
            }
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                sink.next(Received.of(record));
            }
            return !records.isEmpty();
        } catch (WakeupException demand) {
            return false;
        } finally {
            waitsForDemand = false;
        }
    }
}
