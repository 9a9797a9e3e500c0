package io.apprentice.pose.network.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A message of Protocol Buffers, field after field. */
final class Protobuf {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    /** Writes a field. */
    private interface Field {
        void write() throws IOException;
    }

    private Protobuf add(Field field) {
        try {
            field.write();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
    }

    Protobuf number(int field, long value) {
        return add(() -> out.writeInt64(field, value));
    }

    Protobuf number(int field, float value) {
        return add(() -> out.writeFloat(field, value));
    }

    Protobuf text(int field, String value) {
        return add(() -> out.writeString(field, value));
    }

    Protobuf bytes(int field, byte[] value) {
        return add(() -> out.writeByteArray(field, value));
    }

    Protobuf message(int field, Protobuf value) {
        return bytes(field, value.toBytes());
    }

    byte[] toBytes() {
        add(out::flush);
        return bytes.toByteArray();
    }
}
