package io.apprentice.console.gateway;

/**
 * How many may read poses, under the key {@code console.gateway}.
 *
 * @param readers at the same time
 * @param replays of these, who read what was, each with a Kafka consumer until it has caught up
 */
public record GatewaySettings(int readers, int replays) {

    /** For some hundreds of readers. */
    public static final GatewaySettings DEFAULTS = new GatewaySettings(256, 8);

    private static final int MOST = 10_000;

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public GatewaySettings {
        if (readers < 1 || readers > MOST) {
            throw new IllegalArgumentException(
                    "console.gateway.readers must be 1 to %d, got %d".formatted(MOST, readers));
        }
        if (replays < 0 || replays > readers) {
            throw new IllegalArgumentException(
                    "console.gateway.replays must be 0 to console.gateway.readers (%d), got %d"
                            .formatted(readers, replays));
        }
    }
}
