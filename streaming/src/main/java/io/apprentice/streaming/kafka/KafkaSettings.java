package io.apprentice.streaming.kafka;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;
import java.util.TreeMap;

/**
 * Properties of every Kafka client, passed on unchanged, under the key {@code kafka}.
 *
 * @param properties for example {@code bootstrap.servers} or {@code security.protocol}
 */
public record KafkaSettings(@JsonValue Map<String, String> properties) {

    /** Copies. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public KafkaSettings {
        properties = Map.copyOf(properties);
    }

    /** Settings with only an address. */
    public static KafkaSettings of(String bootstrapServers) {
        return new KafkaSettings(Map.of("bootstrap.servers", bootstrapServers));
    }

    /**
     * The address, host:port.
     *
     * @throws IllegalArgumentException if there is none
     */
    public String bootstrapServers() {
        String servers = properties.getOrDefault("bootstrap.servers", "");
        if (servers.isBlank()) {
            throw new IllegalArgumentException(
                    "kafka.bootstrap.servers must be host:port of a broker, got '%s'".formatted(servers));
        }
        return servers;
    }

    /**
     * Client properties.
     *
     * @param defaults properties that the user's override
     * @param fixed properties that a guarantee depends on; they override the user's
     */
    Map<String, Object> with(Map<String, String> defaults, Map<String, String> fixed) {
        Map<String, Object> all = new TreeMap<>(defaults);
        all.putAll(properties);
        all.putAll(fixed);
        return all;
    }
}
