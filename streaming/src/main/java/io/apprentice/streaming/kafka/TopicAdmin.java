package io.apprentice.streaming.kafka;

import io.apprentice.schemas.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes topics, or waits for them. */
public final class TopicAdmin {

    private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);
    private static final long RETENTION_BYTES = 2L << 30;
    private static final int LARGEST_MESSAGE = 16 << 20;
    private static final long LOOK_AGAIN_MILLIS = 500;
    private static final int LOOKS_BETWEEN_LINES = 10;

    private TopicAdmin() {}

    /**
     * Returns when all topics exist; says what it waits for while broker or topics are missing.
     *
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalStateException if the broker refuses to make a topic
     */
    public static void ensure(KafkaSettings kafka, TopicSettings settings, Collection<Topic> topics)
            throws InterruptedException {
        Topics names = new Topics(settings);
        Set<String> wanted = topics.stream().map(names::name).collect(Collectors.toSet());
        try (Admin admin =
                Admin.create(kafka.with(Map.of("request.timeout.ms", "5000", "default.api.timeout.ms", "6000")))) {
            for (int look = 0; ; look++) {
                String missing;
                try {
                    Set<String> present = admin.listTopics().names().get();
                    List<Topic> absent = topics.stream()
                            .filter(t -> !present.contains(names.name(t)))
                            .toList();
                    if (absent.isEmpty()) {
                        return;
                    }
                    if (settings.create()) {
                        create(admin, names, absent);
                        continue;
                    }
                    missing = "topics " + absent.stream().map(names::name).toList();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof RetriableException)) {
                        throw new IllegalStateException(
                                "topics %s at %s: %s"
                                        .formatted(
                                                wanted,
                                                kafka.bootstrapServers(),
                                                e.getCause().getMessage()),
                                e.getCause());
                    }
                    missing = "the broker at " + kafka.bootstrapServers();
                }
                if (look % LOOKS_BETWEEN_LINES == 0) {
                    log.warn("waiting for {}", missing);
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }

    private static void create(Admin admin, Topics names, List<Topic> topics)
            throws InterruptedException, ExecutionException {
        for (Topic topic : topics) {
            NewTopic wanted = new NewTopic(
                            names.name(topic), topic.partitions(names.settings().cameraPartitions()), (short)
                                    names.settings().replication())
                    .configs(configuration(topic));
            try {
                admin.createTopics(List.of(wanted)).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    private static Map<String, String> configuration(Topic topic) {
        String largest = Integer.toString(LARGEST_MESSAGE);
        return topic.isCompacted()
                ? Map.of("cleanup.policy", "compact", "max.message.bytes", largest, "min.cleanable.dirty.ratio", "0.2")
                : Map.of(
                        "cleanup.policy",
                        "delete",
                        "max.message.bytes",
                        largest,
                        "retention.ms",
                        Long.toString(topic.retention().toMillis()),
                        "retention.bytes",
                        Long.toString(RETENTION_BYTES));
    }
}
