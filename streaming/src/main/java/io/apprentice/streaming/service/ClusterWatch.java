package io.apprentice.streaming.service;

import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.BrokerPulse;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the cluster that a process works with is there, which Kafka's clients do not say. While no broker answers, it is
 * not ready and names the address. A topic that is deleted, also if it is made anew at once, is a failure: what the services
 * know of its offsets is about records that are gone.
 */
public final class ClusterWatch implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
    private static final Duration SILENT = Duration.ofSeconds(5);
    /** Not the first look: a broker that has just started may not know its topics yet. */
    private static final int LOOKS_UNTIL_GONE = 5;

    private final KafkaSettings kafka;
    private final BrokerPulse pulse;
    private final List<String> names;
    private final CompletableFuture<Void> termination = new CompletableFuture<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "cluster-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean silent;
    /** As they were when all were there first. */
    private Map<String, Uuid> topics = Map.of();

    private int looksWithoutTopic;

    /** Nothing is asked before {@link #start()}; the topics must be there then. */
    public ClusterWatch(KafkaSettings kafka, Topics topics) {
        this.kafka = kafka;
        names = List.of(Topic.values()).stream().map(topics::name).toList();
        pulse = new BrokerPulse(kafka);
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public void start() {
        var unused = looks.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
        pulse.ask();
        boolean now = pulse.silence().compareTo(SILENT) > 0;
        if (now != silent) {
            silent = now;
            LOG.warn("{}", health().detail());
        }
        if (silent) {
            return;
        }
        try {
            Map<String, Uuid> there = pulse.topicIds(names);
            if (topics.isEmpty() && there.size() == names.size()) {
                topics = there;
            }
            List<String> gone = topics.entrySet().stream()
                    .filter(topic -> !topic.getValue().equals(there.get(topic.getKey())))
                    .map(Map.Entry::getKey)
                    .toList();
            looksWithoutTopic = gone.isEmpty() ? 0 : looksWithoutTopic + 1;
            if (looksWithoutTopic == LOOKS_UNTIL_GONE) {
                termination.completeExceptionally(new IOException(
                        "deleted on the broker at %s: %s; a new start makes them anew, or waits for them"
                                .formatted(kafka.bootstrapServers(), String.join(", ", gone))));
            }
        } catch (IllegalStateException notTold) {
            LOG.debug("the topics cannot be looked at", notTold); // the pulse tells more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    @Override
    public Health health() {
        String broker = "the broker at " + kafka.bootstrapServers();
        if (termination.isCompletedExceptionally()) {
            return new Health(false, false, "topics were deleted on " + broker);
        }
        return silent
                ? new Health(true, false, "waiting for %s, which does not answer".formatted(broker))
                : new Health(true, true, broker + " answers");
    }

    @Override
    public CompletableFuture<Void> termination() {
        return termination;
    }

    @Override
    public void close() {
        looks.shutdownNow();
        pulse.close();
        termination.complete(null);
    }
}
