package io.apprentice.streaming.avro;

import org.apache.avro.specific.SpecificRecord;

/** Turns records of one topic into bytes and back: magic byte 0, four bytes of schema id, Avro binary. Thread-safe. */
public interface AvroCodec<T extends SpecificRecord> {

    /** The record on the wire; its schema is registered the first time. */
    byte[] encode(T value);

    /**
     * The record from the wire, whatever compatible schema wrote it.
     *
     * @throws UndecodableRecordException if the bytes are null, not in this framing, of an unknown schema, or cut short
     */
    T decode(byte[] bytes) throws UndecodableRecordException;
}
