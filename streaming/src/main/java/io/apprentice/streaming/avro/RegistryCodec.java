package io.apprentice.streaming.avro;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** A codec with Apicurio's serdes. They are not thread-safe, so one thread at a time uses each of them. */
final class RegistryCodec<T extends SpecificRecord> implements AvroCodec<T> {

    private static final byte MAGIC = 0;
    private static final int FRAMING = 1 + Integer.BYTES;
    private static final int LONGEST_REASON = 300;

    private final Registry registry;
    private final String topic;
    private final Class<T> type;
    private final AvroKafkaSerializer<T> serializer;
    private final AvroKafkaDeserializer<SpecificRecord> deserializer;

    RegistryCodec(Registry registry, String topic, Class<T> type) {
        this.registry = registry;
        this.topic = topic;
        this.type = type;
        Map<String, Object> configuration = registry.configuration();
        configuration.put("apicurio.registry.auto-register", "true");
        configuration.put("apicurio.registry.auto-register.if-exists", "FIND_OR_CREATE_VERSION");
        // each schema includes its nested records: few readers can follow references
        configuration.put("apicurio.registry.dereference-schema", "true");
        configuration.put("apicurio.registry.use-specific-avro-reader", "true");
        serializer = new AvroKafkaSerializer<>(registry.client());
        serializer.configure(configuration, false);
        deserializer = new AvroKafkaDeserializer<>(registry.client());
        deserializer.configure(configuration, false);
    }

    @Override
    public byte[] encode(T value) {
        synchronized (serializer) {
            return registry.patiently(() -> serializer.serialize(topic, value));
        }
    }

    @Override
    public T decode(byte[] bytes) throws UndecodableRecordException {
        if (bytes == null || bytes.length <= FRAMING || bytes[0] != MAGIC) {
            throw undecodable("expected magic byte 0, a schema id and Avro, got " + describe(bytes), null);
        }
        int id = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
        if (!registry.knows(id)) {
            throw undecodable(
                    "the registry has no schema %d, the schema id in %s".formatted(id, describe(bytes)), null);
        }
        SpecificRecord record;
        try {
            synchronized (deserializer) {
                record = registry.patiently(() -> deserializer.deserialize(topic, bytes));
            }
        } catch (RuntimeException e) {
            throw undecodable("%s do not match schema %d: %s".formatted(describe(bytes), id, reason(e)), e);
        }
        if (!type.isInstance(record)) {
            throw undecodable("schema %d is of another record".formatted(id), null);
        }
        return type.cast(record);
    }

    private UndecodableRecordException undecodable(String message, Throwable cause) {
        return new UndecodableRecordException("%s: %s".formatted(type.getSimpleName(), message), cause);
    }

    private static String describe(byte[] bytes) {
        return bytes == null ? "nothing" : bytes.length + " bytes";
    }

    private static String reason(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root.toString();
        return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "..." : reason;
    }
}
