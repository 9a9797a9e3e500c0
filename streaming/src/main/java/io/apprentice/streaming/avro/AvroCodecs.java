package io.apprentice.streaming.avro;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the codecs of the topics, through one registry. Subjects are {@code <topic>-value}. */
public final class AvroCodecs {

    private static final Logger log = LoggerFactory.getLogger(AvroCodecs.class);
    private static final int FRAMING = 5;

    private final RegistrySettings registry;
    private final Topics topics;

    private AvroCodecs(RegistrySettings registry, Topics topics) {
        this.registry = registry;
        this.topics = topics;
    }

    /**
     * Waits for the registry, saying so, and returns when it answers.
     *
     * @throws IllegalStateException if what answers at the address is not a registry, or nothing answers for the settings'
     *     patience
     * @throws InterruptedException if interrupted while waiting
     */
    public static AvroCodecs connect(RegistrySettings registry, Topics topics) throws InterruptedException {
        if (registry.url().isEmpty()) {
            throw new IllegalArgumentException("registry.url must be an http address, got nothing");
        }
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry.api() + "/system/info"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long deadline = System.nanoTime() + registry.patience().toNanos();
        for (int look = 0; ; look++) {
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status == 200) {
                    return new AvroCodecs(registry, topics);
                }
                if (status != 503) {
                    throw new IllegalStateException(
                            "registry.url: expected an Apicurio registry at %s, but %s answers with HTTP %d"
                                    .formatted(registry.url(), request.uri(), status));
                }
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "registry.url: no registry answers at %s after %d s (%s)"
                                    .formatted(
                                            registry.url(), registry.patience().toSeconds(), e),
                            e);
                }
            }
            if (look % 10 == 0) {
                log.warn("waiting for the registry at {}", registry.url());
            }
            Thread.sleep(500);
        }
    }

    /** The codec of a topic. */
    public <T extends SpecificRecord> AvroCodec<T> codec(Topic topic, Class<T> type) {
        return new Codec<>(topics.name(topic), type);
    }

    /** Apicurio's serdes keep state per instance, so each thread has its own pair. */
    private final class Codec<T extends SpecificRecord> implements AvroCodec<T> {

        private final String topic;
        private final Class<T> type;
        private final ThreadLocal<AvroKafkaSerializer<T>> serializer = ThreadLocal.withInitial(this::serializer);
        private final ThreadLocal<AvroKafkaDeserializer<T>> deserializer = ThreadLocal.withInitial(this::deserializer);

        Codec(String topic, Class<T> type) {
            this.topic = topic;
            this.type = type;
        }

        private Map<String, Object> configuration() {
            Map<String, Object> c = new HashMap<>();
            c.put("apicurio.registry.url", registry.api());
            c.put("apicurio.registry.use-id", "contentId");
            c.put("apicurio.registry.headers.enabled", "false");
            c.put("apicurio.registry.retry-count", "5");
            c.put("apicurio.registry.retry-backoff-ms", "300");
            return c;
        }

        private AvroKafkaSerializer<T> serializer() {
            Map<String, Object> c = configuration();
            c.put("apicurio.registry.auto-register", "true");
            c.put("apicurio.registry.auto-register.if-exists", "FIND_OR_CREATE_VERSION");
            AvroKafkaSerializer<T> made = new AvroKafkaSerializer<>();
            made.configure(c, false);
            return made;
        }

        private AvroKafkaDeserializer<T> deserializer() {
            Map<String, Object> c = configuration();
            c.put("apicurio.registry.use-specific-avro-reader", "true");
            c.put("apicurio.registry.avro-datum-provider", "io.apicurio.registry.serde.avro.DefaultAvroDatumProvider");
            AvroKafkaDeserializer<T> made = new AvroKafkaDeserializer<>();
            made.configure(c, false);
            return made;
        }

        @Override
        public byte[] encode(T value) {
            return serializer.get().serialize(topic, value);
        }

        @Override
        public T decode(byte[] bytes) throws UndecodableRecordException {
            if (bytes == null || bytes.length <= FRAMING || bytes[0] != 0) {
                throw new UndecodableRecordException(
                        "%s: expected magic byte 0, a schema id and Avro, got %s"
                                .formatted(type.getSimpleName(), describe(bytes)),
                        null);
            }
            try {
                return type.cast(deserializer.get().deserialize(topic, bytes));
            } catch (RuntimeException e) {
                throw new UndecodableRecordException(
                        "%s: cannot be read from %s: %s".formatted(type.getSimpleName(), describe(bytes), reason(e)),
                        e);
            }
        }

        private static String describe(byte[] bytes) {
            return bytes == null ? "nothing" : bytes.length + " bytes";
        }

        private static String reason(Throwable error) {
            Throwable root = error;
            while (root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            return root.toString();
        }
    }
}
