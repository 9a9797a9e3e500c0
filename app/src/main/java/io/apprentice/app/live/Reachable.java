package io.apprentice.app.live;

import io.apprentice.lab.UserError;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.AdvertisedListeners;
import io.apprentice.streaming.kafka.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** For commands that inspect a running system and do not wait for one. */
public final class Reachable {
    private Reachable() {}

    /**
     * Checks that a broker answers and has the topics.
     *
     * @throws UserError if not, naming the address or the topic
     */
    public static void require(ApprenticeSettings settings, List<Topic> topics) throws InterruptedException {
        try (Admin admin = admin(settings)) {
            Set<String> present = admin.listTopics().names().get();
            List<String> missing = new ArrayList<>(
                    topics.stream().map(new Topics(settings.topics())::name).toList());
            missing.removeAll(present);
            if (!missing.isEmpty()) {
                throw new UserError("the broker at %s has no topic %s; it has %s"
                        .formatted(settings.kafka().bootstrapServers(), missing.get(0), present));
            }
        } catch (ExecutionException e) {
            throw new UserError(
                    AdvertisedListeners.advice(settings.kafka())
                            .orElseGet(() ->
                                    "no broker answers at %s: %s (kafka.bootstrap.servers; does 'apprentice up' run?)"
                                            .formatted(
                                                    settings.kafka().bootstrapServers(),
                                                    e.getCause().getMessage())),
                    e);
        }
    }

    /** An admin client that gives up after a few seconds. */
    public static Admin admin(ApprenticeSettings settings) {
        Map<String, Object> properties = new HashMap<>(settings.kafka().properties());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 4000);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 3000);
        return Admin.create(properties);
    }
}
