package io.apprentice.streaming.kafka;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's clients with this project's defaults: bytes in and out, only committed records, large messages, and no
 * compression, because images are compressed already.
 */
final class Clients {

    private Clients() {}

    /**
     * A consumer.
     *
     * @param defaults properties that the user's override
     * @param fixed properties that override the user's
     */
    static KafkaConsumer<byte[], byte[]> consumer(
            KafkaSettings kafka, Map<String, String> defaults, Map<String, String> fixed) {
        String fetch = Integer.toString(Topics.LARGEST_DEAD_LETTER);
        return new KafkaConsumer<>(
                kafka.with(
                        over(Map.of("max.partition.fetch.bytes", fetch, "fetch.max.bytes", fetch), defaults),
                        over(Map.of("enable.auto.commit", "false", "isolation.level", "read_committed"), fixed)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** A producer; parameters as for {@link #consumer}. */
    static KafkaProducer<byte[], byte[]> producer(
            KafkaSettings kafka, Map<String, String> defaults, Map<String, String> fixed) {
        Map<String, String> ours = Map.of(
                "max.request.size", Integer.toString(Topics.LARGEST_DEAD_LETTER),
                "linger.ms", "0",
                "delivery.timeout.ms", "30000",
                "request.timeout.ms", "10000");
        return new KafkaProducer<>(
                kafka.with(over(ours, defaults), over(Map.of("acks", "all", "enable.idempotence", "true"), fixed)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static Map<String, String> over(Map<String, String> below, Map<String, String> above) {
        Map<String, String> all = new TreeMap<>(below);
        all.putAll(above);
        return all;
    }
}
