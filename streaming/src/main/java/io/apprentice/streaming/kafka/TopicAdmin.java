package io.apprentice.streaming.kafka;

import io.apprentice.schemas.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates topics, or waits for them. */
public final class TopicAdmin {

    private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);
    private static final long RETENTION_BYTES = 2L << 30;
    /** Segment size of compacted topics: small, because only whole segments are compacted. */
    private static final int COMPACTED_SEGMENT_BYTES = 32 << 20;

    private static final long LOOK_AGAIN_MILLIS = 500;
    private static final int LOOKS_BETWEEN_LINES = 10;
    private static final Map<String, String> TIMEOUTS =
            Map.of("request.timeout.ms", "5000", "default.api.timeout.ms", "6000");

    private TopicAdmin() {}

    /**
     * Returns when all topics exist; while broker or topics are missing, logs what it waits for.
     *
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalStateException if the broker's address has no host, the broker refuses to create a topic, or
     *     topics keyed by camera differ in their number of partitions
     */
    public static void ensure(KafkaSettings kafka, TopicSettings settings, Collection<Topic> topics)
            throws InterruptedException {
        Topics names = new Topics(settings);
        String broker = kafka.bootstrapServers();
        try (Admin admin = Admin.create(kafka.with(TIMEOUTS, Map.of()))) {
            for (int look = 0; ; look++) {
                String missing;
                try {
                    List<Topic> absent = absent(admin, names, topics);
                    if (absent.isEmpty()) {
                        check(partitions(admin, names, topics));
                        return;
                    }
                    if (settings.create()) {
                        create(admin, names, absent);
                        Thread.sleep(LOOK_AGAIN_MILLIS / 10); // they appear soon
                        continue;
                    }
                    missing = "topics " + absent.stream().map(names::name).toList();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof RetriableException)) {
                        throw refused(broker, e.getCause());
                    }
                    missing = "the broker at " + broker;
                }
                if (look % LOOKS_BETWEEN_LINES == 0) {
                    log.warn(
                            "waiting for {}{}",
                            missing,
                            AdvertisedListeners.advice(kafka)
                                    .map(advice -> ": " + advice)
                                    .orElse(""));
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (KafkaException e) {
            throw refused(broker, e.getCause() == null ? e : e.getCause());
        }
    }

    /**
     * The id that a cluster keeps for as long as it has its data.
     *
     * @throws IllegalStateException if the broker does not say
     */
    public static String clusterId(KafkaSettings kafka) throws InterruptedException {
        try (Admin admin = Admin.create(kafka.with(TIMEOUTS, Map.of()))) {
            return admin.describeCluster().clusterId().get();
        } catch (ExecutionException e) {
            throw refused(kafka.bootstrapServers(), e.getCause());
        }
    }

    private static IllegalStateException refused(String broker, Throwable cause) {
        return new IllegalStateException("kafka.bootstrap.servers=%s: %s".formatted(broker, cause.getMessage()), cause);
    }

    private static List<Topic> absent(Admin admin, Topics names, Collection<Topic> topics)
            throws InterruptedException, ExecutionException {
        Collection<String> present = admin.listTopics().names().get();
        return topics.stream().filter(t -> !present.contains(names.name(t))).toList();
    }

    private static Map<Topic, Integer> partitions(Admin admin, Topics names, Collection<Topic> topics)
            throws InterruptedException, ExecutionException {
        Map<String, Topic> byName = topics.stream().collect(Collectors.toMap(names::name, Function.identity()));
        Map<Topic, Integer> partitions = new TreeMap<>();
        for (TopicDescription topic :
                admin.describeTopics(byName.keySet()).allTopicNames().get().values()) {
            partitions.put(byName.get(topic.name()), topic.partitions().size());
        }
        return partitions;
    }

    /** Checks that a camera's frames, labels and poses are in partitions with the same number. */
    private static void check(Map<Topic, Integer> partitions) {
        Map<Topic, Integer> keyedByCamera = new TreeMap<>(partitions);
        keyedByCamera.keySet().removeIf(topic -> topic.partitions(2) == 1 || topic == Topic.DEAD_LETTERS);
        if (keyedByCamera.values().stream().distinct().count() > 1) {
            throw new IllegalStateException(
                    "topics keyed by camera must have equally many partitions, got " + keyedByCamera);
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
                log.info("created topic {} with {} partitions", wanted.name(), wanted.numPartitions());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    private static Map<String, String> configuration(Topic topic) {
        Map<String, String> own = new TreeMap<>();
        own.put(
                "max.message.bytes",
                Integer.toString(topic == Topic.DEAD_LETTERS ? Topics.LARGEST_DEAD_LETTER : Topics.LARGEST_RECORD));
        if (topic.isCompacted()) {
            own.put("cleanup.policy", "compact");
            own.put("min.cleanable.dirty.ratio", "0.2");
            own.put("segment.bytes", Integer.toString(COMPACTED_SEGMENT_BYTES));
        } else {
            own.put("cleanup.policy", "delete");
            own.put("retention.ms", Long.toString(topic.retention().toMillis()));
            own.put("retention.bytes", Long.toString(RETENTION_BYTES));
        }
        return own;
    }
}
