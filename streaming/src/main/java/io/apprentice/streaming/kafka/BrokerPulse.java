package io.apprentice.streaming.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

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

    /**
     * The ids of those of the topics that exist; one that is deleted and made anew has another.
     *
     * @throws IllegalStateException if no answer comes within 5 s, or the broker does not tell this user
     */
    public Map<String, Uuid> topicIds(Collection<String> topics) throws InterruptedException {
        Map<String, Uuid> ids = new TreeMap<>();
        for (var topic : admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(PATIENCE_MILLIS))
                .topicNameValues()
                .entrySet()) {
            try {
                ids.put(topic.getKey(), topic.getValue().get().topicId());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw new IllegalStateException("topics: " + e.getCause().getMessage(), e.getCause());
                }
            }
        }
        return ids;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
