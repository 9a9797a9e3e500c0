package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends each record once and in order while this process lives: an idempotent producer without transactions, for
 * sources that have no input offsets. Memory is bounded: {@link #send} blocks while 64 MB wait to be acknowledged.
 */
public final class PlainSender implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;

    /** Connects when first used. */
    public PlainSender(KafkaSettings kafka) {
        producer = Clients.producer(
                kafka, Map.of("buffer.memory", Integer.toString(64 << 20), "max.block.ms", "30000"), Map.of());
    }

    /** Completes when the broker has the record; fails if it cannot be delivered within 30 s. */
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> sent = new CompletableFuture<>();
        Future<RecordMetadata> unused = producer.send(record, (metadata, error) -> {
            if (error == null) {
                sent.complete(metadata);
            } else {
                sent.completeExceptionally(error);
            }
        });
        return sent;
    }

    /** Waits for records in flight, at most 5 s. */
    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
