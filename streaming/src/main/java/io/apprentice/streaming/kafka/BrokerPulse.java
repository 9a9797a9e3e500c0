package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;

/**
 * Whether the broker answers. Kafka's clients wait for a broker that is away without a word, so somebody has to ask.
 * Thread-safe.
 */
public final class BrokerPulse implements AutoCloseable {

    /** Also bounds the questions on their way, where one is asked each second. */
    private static final int PATIENCE_MILLIS = 5_000;

    private final Admin admin;
    private volatile long answeredNanos = System.nanoTime();

    /** Connects when first asked. */
    public BrokerPulse(KafkaSettings kafka) {
        admin = Admin.create(kafka.with(Map.of("reconnect.backoff.max.ms", "500"), Map.of()));
    }

    /** Asks, and does not wait for the answer; to be called about once a second. */
    public void ask() {
        admin.describeCluster(new DescribeClusterOptions().timeoutMs(PATIENCE_MILLIS))
                .clusterId()
                .toCompletionStage()
                .thenRun(() -> answeredNanos = System.nanoTime());
    }

    /** How long no answer has come, or since the start. */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - answeredNanos);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
