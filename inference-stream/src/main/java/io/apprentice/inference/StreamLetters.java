package io.apprentice.inference;

import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.Received;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Dead letters as records of a stream. */
final class StreamLetters {

    private StreamLetters() {}

    /** The dead letter of the record that is being processed, to be forwarded. */
    static Record<byte[], byte[]> of(
            Record<byte[], byte[]> record,
            ProcessingContext context,
            DeadLetters deadLetters,
            String stage,
            Exception error) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        Received original = new Received(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
        ProducerRecord<byte[], byte[]> letter = deadLetters.of(original, stage, error);
        return new Record<>(letter.key(), letter.value(), record.timestamp(), letter.headers());
    }
}
