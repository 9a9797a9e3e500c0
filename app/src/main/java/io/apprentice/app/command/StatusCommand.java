package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Lag;
import io.apprentice.app.live.NewestRecords;
import io.apprentice.app.live.Reachable;
import io.apprentice.app.live.RunningInstance;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code apprentice status}. */
@Command(
        name = "status",
        description = "Prints the state of services, topics, consumer groups and the student.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    @Override
    public Integer call() throws Exception {
        ApprenticeSettings settings = options.loadForClient(List.of());
        Reachable.require(settings, List.of());
        Topics topics = new Topics(settings.topics());
        print(
                "broker %s, registry %s",
                settings.kafka().bootstrapServers(), settings.registry().url());
        services().ifPresent(text -> text.lines().forEach(line -> print("service  %s", line)));
        try (Admin admin = Reachable.admin(settings);
                RecordReader reader = new RecordReader(settings.kafka())) {
            NewestRecords newest = new NewestRecords(AvroCodecs.connect(settings.registry(), topics), topics, reader);
            for (Topic topic : Topic.values()) {
                String name = topics.name(topic);
                boolean exists = admin.listTopics().names().get().contains(name);
                print(
                        "topic    %-22s %s",
                        name, exists ? offsets(reader, name) + " written, transaction markers included" : "missing");
            }
            for (GroupListing group : admin.listGroups().all().get()) {
                Lag.of(admin, group.groupId())
                        .forEach((topic, lag) -> print("group    %-22s %d behind in %s", group.groupId(), lag, topic));
            }
            print(
                    "teacher  %s",
                    newest.label().orElse("no label yet; one of ours, or yours (docs/own-teacher.md), writes them"));
            newest.training()
                    .ifPresent(p -> print(
                            "student  %s v%d, %d steps from %d labels, %s",
                            p.getStudentId(),
                            p.getVersion(),
                            p.getSteps(),
                            p.getLabels(),
                            p.getLosses().entrySet().stream()
                                    .map(e -> "%s %.3f".formatted(e.getKey(), e.getValue()))
                                    .collect(Collectors.joining(", "))));
            if (admin.listTopics().names().get().contains(topics.name(Topic.AGREEMENT))) {
                newest.agreement().forEach(text -> print("agrees   %s", text));
            }
        }
        return 0;
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    /** Ends of the log, so markers of transactions and records that have aged out count too. */
    private static long offsets(RecordReader reader, String topic) {
        return reader.endOffsets(topic).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The state of the services that the 'up' of this machine reports. */
    private static Optional<String> services() throws InterruptedException {
        Optional<RunningInstance> here =
                RunningInstance.find().filter(r -> !r.http().isEmpty());
        if (here.isEmpty()) {
            return Optional.empty();
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(here.get().http() + "/health"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return Optional.of(HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            return Optional.of(here.get().http() + " does not answer");
        }
    }
}
