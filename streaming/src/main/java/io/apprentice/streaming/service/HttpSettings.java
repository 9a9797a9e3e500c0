package io.apprentice.streaming.service;

/**
 * Where health and metrics are served, under the key {@code http}.
 *
 * @param host interface to listen on
 * @param port port to listen on; 0 for any free one
 */
public record HttpSettings(String host, int port) {

    /** Loopback only, any free port. */
    public static final HttpSettings DEFAULTS = new HttpSettings("127.0.0.1", 0);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the key
     */
    public HttpSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("http.host must name an interface, got nothing");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("http.port must be 0 to 65535, got " + port);
        }
    }
}
