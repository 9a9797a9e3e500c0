package io.apprentice.console;

import io.apprentice.console.gateway.GatewaySettings;
import java.nio.file.Path;

/**
 * Where the page is served, under the key {@code console}.
 *
 * @param enabled whether {@code up} serves it
 * @param host interface to listen on; any but loopback asks for a token
 * @param port port to listen on; 0: 8090 if it is free, else any free one
 * @param tokenFile the tokens of those who come from elsewhere, a line each: {@code read TOKEN} lets somebody look,
 *     {@code write TOKEN} also act; made with tokens of our own where it is missing
 * @param certificate a file in PEM form with the certificate, and those up to its issuer, for HTTPS; empty: plain HTTP
 * @param key a file in PEM form with the private key of the certificate
 * @param gateway who may read poses, and how many
 */
public record ConsoleSettings(
        boolean enabled, String host, int port, Path tokenFile, Path certificate, Path key, GatewaySettings gateway) {

    /** Loopback only. */
    public static final ConsoleSettings DEFAULTS =
            new ConsoleSettings(true, "127.0.0.1", 0, Path.of(""), Path.of(""), Path.of(""), GatewaySettings.DEFAULTS);

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public ConsoleSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("console.host must name an interface, got nothing");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("console.port must be 0 to 65535, got " + port);
        }
        if (certificate.toString().isEmpty() != key.toString().isEmpty()) {
            throw new IllegalArgumentException(
                    "console.certificate and console.key must be given together, got '%s' and '%s'"
                            .formatted(certificate, key));
        }
    }

    /** Whether it is served by HTTPS. */
    boolean isSecure() {
        return !key.toString().isEmpty();
    }

    /** The same with another file of tokens. */
    public ConsoleSettings withTokenFile(Path file) {
        return new ConsoleSettings(enabled, host, port, file, certificate, key, gateway);
    }
}
