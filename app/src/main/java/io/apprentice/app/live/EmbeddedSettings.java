package io.apprentice.app.live;

import java.nio.file.Path;

/**
 * The broker and the registry that run here where no other is named, under the key {@code embedded}.
 *
 * @param brokerPort the broker's port; 0: 9092 if it is free, else any free one
 * @param registryPort the registry's port; 0: 8081 if it is free, else any free one
 * @param data folder in which topics survive the run; empty: a fresh one that is deleted at the end
 */
public record EmbeddedSettings(int brokerPort, int registryPort, Path data) {
    static final EmbeddedSettings DEFAULTS = new EmbeddedSettings(0, 0, Path.of(""));

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public EmbeddedSettings {
        requirePort("broker-port", brokerPort);
        requirePort("registry-port", registryPort);
    }

    private static void requirePort(String key, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("embedded.%s must be 0 to 65535, got %d".formatted(key, port));
        }
    }
}
