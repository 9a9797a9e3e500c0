package io.apprentice.streaming.avro;

import org.apache.avro.specific.SpecificRecord;

/**
 * Converts records of one topic to bytes and back. Format: magic byte 0, four bytes of schema id, Avro binary.
 * Thread-safe.
 */
public interface AvroCodec<T extends SpecificRecord> {

    /** Encodes a record; its schema is registered the first time. */
    byte[] encode(T value);

    /**
     * Decodes a record that was written with any compatible schema.
     *
     * @throws UndecodableRecordException if the bytes are null, not in this framing, of an unknown schema, or cut short
     */
    T decode(byte[] bytes) throws UndecodableRecordException;
}
