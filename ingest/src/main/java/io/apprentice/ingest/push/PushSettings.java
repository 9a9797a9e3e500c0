package io.apprentice.ingest.push;

import java.nio.file.Path;

/**
 * Where pictures for {@code push:} cameras are taken, under the key {@code ingest.push}.
 *
 * @param host interface to listen on
 * @param port port to listen on; 0 for any free one
 * @param tokenFile its first line is what senders say to be let in; made with a token of our own where it is missing
 */
public record PushSettings(String host, int port, Path tokenFile) {

    /** Loopback only. */
    public static final PushSettings DEFAULTS = new PushSettings("127.0.0.1", 8091, Path.of(""));

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public PushSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("ingest.push.host must name an interface, got nothing");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("ingest.push.port must be 0 to 65535, got " + port);
        }
    }
}
