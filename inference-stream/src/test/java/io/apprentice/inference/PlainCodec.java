package io.apprentice.inference;

import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Avro without a registry: the schema's fingerprint goes before each record. */
final class PlainCodec<T extends SpecificRecord> implements AvroCodec<T> {

    private final BinaryMessageEncoder<T> encoder;
    private final BinaryMessageDecoder<T> decoder;

    PlainCodec(Class<T> type) {
        SpecificData data = SpecificData.getForClass(type);
        encoder = new BinaryMessageEncoder<>(data, data.getSchema(type));
        decoder = new BinaryMessageDecoder<>(data, data.getSchema(type));
    }

    @Override
    public byte[] encode(T value) {
        try {
            ByteBuffer buffer = encoder.encode(value);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public T decode(byte[] bytes) throws UndecodableRecordException {
        try {
            return decoder.decode(bytes);
        } catch (IOException | RuntimeException e) {
            throw new UndecodableRecordException(e.getMessage(), e);
        }
    }
}
