package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Lag;
import io.apprentice.app.live.Reachable;
import io.apprentice.app.live.RunningInstance;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.jspecify.annotations.Nullable;
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
                    teacher(settings, topics, reader)
                            .orElse("no label yet; one of ours, or yours (docs/own-teacher.md), writes them"));
            student(settings, topics, reader)
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
                agreement(settings, topics, reader);
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

    /** Who wrote the newest label; empty without one. A transaction's end takes an offset too. */
    private static Optional<String> teacher(ApprenticeSettings settings, Topics topics, RecordReader reader)
            throws InterruptedException, UndecodableRecordException {
        String topic = topics.name(Topic.LOCAL_PREDICTIONS);
        Optional<Received> newest = Optional.empty();
        for (Map.Entry<Integer, Long> end : reader.endOffsets(topic).entrySet()) {
            Optional<Received> last = Optional.empty();
            for (long back = 1; back <= Math.min(3, end.getValue()) && last.isEmpty(); back++) {
                last = reader.fetch(topic, end.getKey(), end.getValue() - back);
            }
            newest = Stream.of(newest, last)
                    .flatMap(Optional::stream)
                    .max(Comparator.comparingLong(Received::timestamp));
        }
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        LocalPredictions label = AvroCodecs.connect(settings.registry(), topics)
                .codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class)
                .decode(newest.get().value());
        return Optional.of("%s v%d wrote the newest label, of frame %d of %s"
                .formatted(
                        label.getTeacher().getId(),
                        label.getTeacher().getVersion(),
                        label.getSequence(),
                        label.getCameraId()));
    }

    private static Optional<TrainingProgress> student(ApprenticeSettings settings, Topics topics, RecordReader reader)
            throws InterruptedException, UndecodableRecordException {
        String topic = topics.name(Topic.TRAINING_PROGRESS);
        List<Received> records =
                reader.readToEnd(topic).takeLast(1).collectList().block();
        if (records == null || records.isEmpty()) {
            return Optional.empty();
        }
        AvroCodec<TrainingProgress> codec =
                AvroCodecs.connect(settings.registry(), topics).codec(Topic.TRAINING_PROGRESS, TrainingProgress.class);
        return Optional.of(codec.decode(records.get(0).value()));
    }

    /** How the versions in use agree with the teacher. */
    private static void agreement(ApprenticeSettings settings, Topics topics, RecordReader reader)
            throws InterruptedException {
        AvroCodec<Agreement> codec =
                AvroCodecs.connect(settings.registry(), topics).codec(Topic.AGREEMENT, Agreement.class);
        Map<String, Agreement> newest = new TreeMap<>();
        reader.readToEnd(topics.name(Topic.AGREEMENT), RecordReader.From.RECENT)
                .mapNotNull(record -> decoded(codec, record.value()))
                .doOnNext(a -> newest.put(a.getCameraId() + ", " + a.getObjectId(), a))
                .blockLast();
        newest.forEach((where, a) -> print(
                "agrees   %s: %s v%d within 0.1 diameter of the teacher in %d of %d labels",
                where,
                a.getStudentId(),
                a.getStudentVersion(),
                a.getSinceVersion().getAgreed(),
                a.getSinceVersion().getCompared()));
    }

    private static @Nullable Agreement decoded(AvroCodec<Agreement> codec, byte[] value) {
        try {
            return codec.decode(value);
        } catch (UndecodableRecordException e) {
            print("agrees   a record cannot be read: %s", e.getMessage());
            return null;
        }
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
