package io.apprentice.app.doctor;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Infrastructure;
import io.apprentice.app.live.RunningInstance;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.AdvertisedListeners;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;

/** Broker, topics and registry: those that are named, or the ports for our own. */
final class Cluster {

    private static final int PATIENCE_MILLIS = 5000;
    /** A record is a frame's picture and less than this: key, calibration, true poses, framing; a choice. */
    private static final int BESIDE_PICTURE = 4096;

    private Cluster() {}

    /**
     * The broker, and its topics if it answers.
     *
     * @param largestPicture of all cameras, bytes; asked for when the broker has answered; 0 if unknown
     */
    static List<Finding> broker(ApprenticeSettings settings, Supplier<Integer> largestPicture) {
        String named = settings.kafka().properties().get(Infrastructure.BOOTSTRAP);
        if (named == null) {
            return List.of(port(
                    "broker",
                    "embedded.broker-port",
                    settings.embedded().brokerPort(),
                    Infrastructure.USUAL_BROKER_PORT));
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("address", named);
        try {
            AdvertisedListeners.of(settings.kafka());
        } catch (IOException | KafkaException e) {
            return List.of(Finding.toDo("broker", named, facts, away(e)));
        }
        Optional<String> advice = AdvertisedListeners.advice(settings.kafka());
        if (advice.isPresent()) {
            return List.of(Finding.toDo("broker", named, facts, advice.get()));
        }
        List<Finding> findings = new ArrayList<>();
        try (Admin admin = admin(settings.kafka())) {
            DescribeClusterResult cluster = admin.describeCluster();
            int brokers = cluster.nodes().get().size();
            facts.put("cluster_id", cluster.clusterId().get());
            facts.put("brokers", brokers);
            String text = "%s, cluster %s, %d %s"
                    .formatted(named, facts.get("cluster_id"), brokers, brokers == 1 ? "broker" : "brokers");
            findings.add(Finding.fine("broker", text, facts));
            findings.add(topics(admin, settings, largestPicture));
        } catch (ExecutionException | KafkaException e) {
            findings.add(Finding.toDo("broker", named, facts, away(e.getCause() == null ? e : e.getCause())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return findings;
    }

    private static String away(Throwable cause) {
        return cause.getMessage() + "; start it, or correct kafka.bootstrap.servers and the security (kafka.*)";
    }

    private static Admin admin(KafkaSettings kafka) {
        Map<String, Object> properties = new HashMap<>(kafka.properties());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS - 1000);
        return Admin.create(properties);
    }

    /** The topics that are there already, against what the services expect of them. */
    private static Finding topics(Admin admin, ApprenticeSettings settings, Supplier<Integer> largestPicture)
            throws ExecutionException, InterruptedException {
        Topics names = new Topics(settings.topics());
        Map<String, Topic> ours = new TreeMap<>();
        for (Topic topic : Topic.values()) {
            ours.put(names.name(topic), topic);
        }
        ours.keySet().retainAll(admin.listTopics().names().get());
        List<String> toDo = new ArrayList<>();
        int missing = Topic.values().length - ours.size();
        if (missing > 0 && !settings.topics().create()) {
            toDo.add("create the other %d, or set topics.create=true".formatted(missing));
        }
        Map<String, Integer> wrong = new TreeMap<>();
        for (TopicDescription topic :
                admin.describeTopics(ours.keySet()).allTopicNames().get().values()) {
            int wanted = ours.get(topic.name()).partitions(settings.topics().cameraPartitions());
            if (topic.partitions().size() != wanted) {
                wrong.put(topic.name(), topic.partitions().size());
            }
        }
        if (!wrong.isEmpty()) {
            toDo.add(
                    "topics.camera-partitions=%d does not fit the topics that are there, with partitions %s; set it to theirs, or take another topics.prefix"
                            .formatted(settings.topics().cameraPartitions(), wrong));
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("present", List.copyOf(ours.keySet()));
        facts.put("missing", missing);
        String text = missing == 0
                ? "all %d are there".formatted(ours.size())
                : "%d of %d are there%s"
                        .formatted(
                                ours.size(),
                                Topic.values().length,
                                settings.topics().create() ? ", the others will be created" : "");
        String frames = names.name(Topic.FRAMES);
        if (ours.containsKey(frames)) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, frames);
            long most = Long.parseLong(admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get("max.message.bytes")
                    .value());
            int largest = largestPicture.get();
            facts.put("largest_record_bytes", most);
            facts.put("largest_picture_bytes", largest);
            if (largest + BESIDE_PICTURE > most) {
                toDo.add(
                        "%s takes records of up to %,d bytes (max.message.bytes), and a picture has %,d; raise the one, or send smaller pictures"
                                .formatted(frames, most, largest));
            }
        }
        return toDo.isEmpty()
                ? Finding.fine("topics", text, facts)
                : Finding.toDo("topics", text, facts, String.join("; ", toDo));
    }

    /** The registry. */
    static Finding registry(ApprenticeSettings settings) throws InterruptedException {
        String url = settings.registry().url();
        if (url.isEmpty()) {
            return port(
                    "registry",
                    "embedded.registry-port",
                    settings.embedded().registryPort(),
                    Infrastructure.USUAL_REGISTRY_PORT);
        }
        Map<String, Object> facts = Map.of("address", url);
        try {
            AvroCodecs.connect(new RegistrySettings(url, Duration.ZERO), new Topics(settings.topics()));
            return Finding.fine("registry", url, facts);
        } catch (IllegalStateException e) {
            return Finding.toDo("registry", url, facts, e.getMessage() + "; start it, or correct registry.url");
        }
    }

    /** Where a server of our own will listen. */
    private static Finding port(String what, String key, int wanted, int usual) {
        int port = wanted == 0 ? usual : wanted;
        boolean free = Infrastructure.isFree(port);
        Map<String, Object> facts = Map.of("port", port, "free", free);
        String none = "none is named, so one is started; port %d is %s".formatted(port, free ? "free" : "taken");
        if (free) {
            return Finding.fine(what, none, facts);
        }
        String by = RunningInstance.find().isPresent() ? " (an apprentice runs here already)" : "";
        return wanted == 0
                ? Finding.fine(what, none + by + ", another will be used", facts)
                : Finding.toDo(what, none + by, facts, "set %s to a free port; 0 finds one".formatted(key));
    }
}
