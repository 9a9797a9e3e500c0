package io.apprentice.streaming.avro;

import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.Topics;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the codecs of the topics, with one registry. Subjects are {@code <topic>-value}. */
public final class AvroCodecs {

    static {
        // a length in hostile bytes must not cause an allocation of gigabytes; Avro reads the limits once, when loaded
        limit("bytes", 64 << 20);
        limit("string", 1 << 20);
        limit("collectionItems", 1 << 20);
    }

    private static final Logger log = LoggerFactory.getLogger(AvroCodecs.class);

    private final Registry registry;
    private final Topics topics;

    private AvroCodecs(Registry registry, Topics topics) {
        this.registry = registry;
        this.topics = topics;
    }

    private static void limit(String what, int most) {
        String key = "org.apache.avro.limits." + what + ".maxLength";
        if (System.getProperty(key) == null) {
            System.setProperty(key, Integer.toString(most));
        }
    }

    /**
     * Waits until the registry answers, and logs that it waits.
     *
     * @throws IllegalStateException if the server at the address is not a registry, or nothing answers within the
     *     settings' patience
     * @throws InterruptedException if interrupted while waiting
     */
    public static AvroCodecs connect(RegistrySettings settings, Topics topics) throws InterruptedException {
        return connect(settings, topics, Optional.empty());
    }

    /**
     * The same, with a memory: while the registry is away, what it has answered before is used, and nothing is waited for
     * where there is such an answer. Without it, if the folder cannot be written; the log says so.
     *
     * @param folder of the memory; used by nothing else
     * @param cluster id of the Kafka cluster whose records have the registry's ids
     */
    public static AvroCodecs connect(RegistrySettings settings, Topics topics, Path folder, String cluster)
            throws InterruptedException {
        try {
            return connect(settings, topics, Optional.of(new SchemaMemory(folder, cluster)));
        } catch (UncheckedIOException e) {
            log.warn("schemas are not remembered in {}: {}", folder, e.getMessage());
            return connect(settings, topics);
        }
    }

    private static AvroCodecs connect(RegistrySettings settings, Topics topics, Optional<SchemaMemory> memory)
            throws InterruptedException {
        if (settings.url().isEmpty()) {
            throw new IllegalArgumentException("registry.url must be an http address, got nothing");
        }
        Registry registry = new Registry(settings, memory);
        registry.awaitUnlessRemembered();
        return new AvroCodecs(registry, topics);
    }

    /**
     * Makes the registry know a topic's schema before anyone has written to it, so that a writer of another make finds it.
     *
     * @param schema of the topic's values
     */
    public void register(Topic topic, Schema schema) {
        registry.register(topics.name(topic) + "-value", schema.toString());
    }

    /** The codec of a topic. */
    public <T extends SpecificRecord> AvroCodec<T> codec(Topic topic, Class<T> type) {
        return new RegistryCodec<>(registry, topics.name(topic), type);
    }
}
