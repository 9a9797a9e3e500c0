package io.apprentice.streaming.kafka;

import io.apprentice.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import reactor.core.publisher.Flux;

/** The dead letters that the topic keeps: to look at, and to send again once their cause is mended. For one thread. */
public final class DeadLetterBox implements AutoCloseable {

    private final KafkaSettings kafka;
    private final String topic;
    private final RecordReader reader;
    private Optional<PlainSender> sender = Optional.empty();

    /**
     * A dead letter.
     *
     * @param record as it lies in the topic
     */
    public record Letter(Received record) {

        /** Where it lies: {@code PARTITION@OFFSET}. */
        public String place() {
            return record.partition() + "@" + record.offset();
        }

        /** Where the original lay. */
        public String origin() {
            return "%s-%s@%s".formatted(header("topic"), header("partition"), header("offset"));
        }

        /** A header; empty if the letter has none of that name. */
        public String header(String name) {
            Header header = record.headers().lastHeader(name);
            return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
        }

        /**
         * The original, to be sent to its topic and partition again, with a new timestamp.
         *
         * @throws IllegalArgumentException if the headers do not say where it was from
         */
        ProducerRecord<byte[], byte[]> original() {
            Header[] headers = record.headers().toArray();
            if (headers.length < DeadLetters.ADDED || !header("partition").matches("\\d{1,9}")) {
                throw new IllegalArgumentException("dead letter %s does not say where it is from".formatted(place()));
            }
            List<Header> own = Arrays.asList(headers).subList(0, headers.length - DeadLetters.ADDED);
            return new ProducerRecord<>(
                    header("topic"),
                    Integer.valueOf(header("partition")),
                    record.key(),
                    record.value(),
                    new RecordHeaders(own));
        }
    }

    /** Connects when first used. */
    public DeadLetterBox(KafkaSettings kafka, Topics topics) {
        this.kafka = kafka;
        topic = topics.name(Topic.DEAD_LETTERS);
        reader = new RecordReader(kafka);
    }

    /** All letters, oldest first in each partition. */
    public Flux<Letter> all() {
        return reader.readToEnd(topic).map(Letter::new);
    }

    /**
     * One letter.
     *
     * @param place {@code PARTITION@OFFSET}
     * @throws IllegalArgumentException if it is no such place, or no letter lies there
     */
    public Letter at(String place) {
        if (!place.matches("\\d{1,9}@\\d{1,18}")) {
            throw new IllegalArgumentException(
                    "expected PARTITION@OFFSET, for example 0@12, got '%s'".formatted(place));
        }
        String[] parts = place.split("@", 2);
        int partition = Integer.parseInt(parts[0]);
        long offset = Long.parseLong(parts[1]);
        return Optional.ofNullable(reader.endOffsets(topic).get(partition))
                .filter(end -> offset < end)
                .flatMap(end -> reader.fetch(topic, partition, offset))
                .map(Letter::new)
                .orElseThrow(() -> new IllegalArgumentException("%s has no letter at %s".formatted(topic, place)));
    }

    /**
     * Sends the original again. The letter stays where it is.
     *
     * @throws IllegalArgumentException if the headers do not say where it was from
     */
    public CompletableFuture<RecordMetadata> resend(Letter letter) {
        ProducerRecord<byte[], byte[]> original = letter.original();
        if (sender.isEmpty()) {
            sender = Optional.of(new PlainSender(kafka));
        }
        return sender.get().send(original);
    }

    @Override
    public void close() {
        sender.ifPresent(PlainSender::close);
        reader.close();
    }
}
