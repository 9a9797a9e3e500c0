package io.apprentice.streaming.kafka;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's clients with our defaults: bytes in and out, only committed records, messages up to 16 MB. */
final class Clients {

    private static final String LARGEST_MESSAGE = Integer.toString(16 << 20);

    private Clients() {}

    static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka, Map<String, String> own) {
        Map<String, String> all = new TreeMap<>(Map.of(
                "enable.auto.commit", "false",
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest",
                "max.partition.fetch.bytes", LARGEST_MESSAGE,
                "fetch.max.bytes", LARGEST_MESSAGE));
        all.putAll(own);
        return new KafkaConsumer<>(kafka.with(all), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static KafkaProducer<byte[], byte[]> producer(KafkaSettings kafka, Map<String, String> own) {
        Map<String, String> all = new TreeMap<>(Map.of(
                "acks", "all",
                "enable.idempotence", "true",
                "max.request.size", LARGEST_MESSAGE,
                "linger.ms", "0",
                "delivery.timeout.ms", "30000",
                "request.timeout.ms", "10000"));
        all.putAll(own);
        return new KafkaProducer<>(kafka.with(all), new ByteArraySerializer(), new ByteArraySerializer());
    }
}
