package io.apprentice.streaming.avro;

import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.Topics;
import org.apache.avro.specific.SpecificRecord;

/** Makes the codecs of the topics, through one registry. Subjects are {@code <topic>-value}. */
public final class AvroCodecs {

    static {
        // a length in hostile bytes must not become an allocation of gigabytes; read once, when Avro's classes are
        // loaded
        limit("bytes", 64 << 20);
        limit("string", 1 << 20);
        limit("collectionItems", 1 << 20);
    }

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
     * Waits for the registry, saying so, and returns when it answers.
     *
     * @throws IllegalStateException if what answers at the address is not a registry, or nothing answers for the settings'
     *     patience
     * @throws InterruptedException if interrupted while waiting
     */
    public static AvroCodecs connect(RegistrySettings settings, Topics topics) throws InterruptedException {
        if (settings.url().isEmpty()) {
            throw new IllegalArgumentException("registry.url must be an http address, got nothing");
        }
        Registry registry = new Registry(settings);
        registry.await();
        return new AvroCodecs(registry, topics);
    }

    /** The codec of a topic. */
    public <T extends SpecificRecord> AvroCodec<T> codec(Topic topic, Class<T> type) {
        return new RegistryCodec<>(registry, topics.name(topic), type);
    }
}
