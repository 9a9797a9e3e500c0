package io.apprentice.streaming.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record as received from the broker.
 *
 * @param topic full name
 * @param timestamp milliseconds since 1970
 * @param key may be null
 * @param value may be null: a tombstone
 */
public record Received(
        String topic, int partition, long offset, long timestamp, byte[] key, byte[] value, Headers headers) {

    /** Bytes of key and value. */
    int size() {
        return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }

    static Received of(ConsumerRecord<byte[], byte[]> record) {
        return new Received(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
    }
}
