package io.apprentice.streaming.kafka;

import io.apprentice.schemas.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.LoggerFactory;

/**
 * Creates dead letters and counts them. A dead letter has a record that could not be read or processed, unchanged, and
 * the reason.
 */
public final class DeadLetters {

    /** Name of the counter; tags {@code stage} and {@code error}. */
    public static final String COUNTER = "apprentice.dead.letters";

    private static final int LONGEST_MESSAGE = 2000;
    /** How many headers follow those of the original. */
    static final int ADDED = 7;

    private final Topics topics;
    private final MeterRegistry metrics;
    private final RareWarnings warnings = new RareWarnings(LoggerFactory.getLogger(DeadLetters.class));

    /** The dead letters of one service. */
    public DeadLetters(Topics topics, MeterRegistry metrics) {
        this.topics = topics;
        this.metrics = metrics;
    }

    /**
     * The dead letter of a record. The caller sends it, preferably in the transaction that commits the record's offset.
     *
     * @param stage where it failed, for example {@code teacher.decode}
     */
    public ProducerRecord<byte[], byte[]> of(Received original, String stage, Throwable error) {
        String type = error.getClass().getSimpleName();
        metrics.counter(COUNTER, "stage", stage, "error", type).increment();
        warnings.warn(
                stage + type,
                "dead letter at %s: %s-%d@%d: %s"
                        .formatted(stage, original.topic(), original.partition(), original.offset(), message(error)));
        return new ProducerRecord<>(
                topics.name(Topic.DEAD_LETTERS),
                null,
                original.key(),
                original.value(),
                headers(original, stage, error));
    }

    /** The headers that a dead letter has in addition to those of the original. */
    public static Headers headers(Received original, String stage, Throwable error) {
        Headers headers = new RecordHeaders(original.headers().toArray());
        Map.of(
                        "topic", original.topic(),
                        "partition", Integer.toString(original.partition()),
                        "offset", Long.toString(original.offset()),
                        "stage", stage,
                        "error.class", error.getClass().getName(),
                        "error.message", message(error),
                        "time", Instant.now().toString())
                .forEach((key, value) -> headers.add(key, value.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    private static String message(Throwable error) {
        String message = String.valueOf(error.getMessage());
        return message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + "..." : message;
    }
}
