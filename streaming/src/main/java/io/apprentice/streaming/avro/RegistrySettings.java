package io.apprentice.streaming.avro;

import java.net.URI;
import java.time.Duration;

/**
 * Address of the schema registry, under the key {@code registry}.
 *
 * @param url base address of an Apicurio registry, for example {@code http://127.0.0.1:8081}; empty if not yet known
 * @param patience how long to wait for the registry before giving up
 */
public record RegistrySettings(String url, Duration patience) {

    /** Address not yet known; a patience of two minutes. */
    public static final RegistrySettings DEFAULTS = new RegistrySettings("", Duration.ofMinutes(2));

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the key
     */
    public RegistrySettings {
        if (!url.isEmpty()) {
            String scheme = null;
            try {
                scheme = URI.create(url).getScheme();
            } catch (IllegalArgumentException notAnAddress) {
                // reported below
            }
            if (!"http".equals(scheme) && !"https".equals(scheme)) {
                throw new IllegalArgumentException("registry.url must be an http address, got '" + url + "'");
            }
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException("registry.patience must not be negative, got " + patience);
        }
    }

    /** Settings with the default patience. */
    public static RegistrySettings of(String url) {
        return new RegistrySettings(url, DEFAULTS.patience());
    }

    /** Apicurio's own API below the base address. */
    String api() {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        return base.contains("/apis/registry/") ? base : base + "/apis/registry/v3";
    }
}
