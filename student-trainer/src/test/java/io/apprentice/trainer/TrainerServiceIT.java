package io.apprentice.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.StudentManifest;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingEventKind;
import io.apprentice.schemas.TrainingLineage;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.DirectiveKey;
import io.apprentice.wire.FileParts;
import io.apprentice.wire.StudentSigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trainer against a real broker and registry, with a tiny network. */
class TrainerServiceIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;

    private final String prefix = UUID.randomUUID() + ".";
    private ServiceContext context;
    private LabelTopics topics;

    @BeforeAll
    static void startBroker() throws Exception {
        TorchRuntime.useThreads(1);
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
    }

    @AfterAll
    static void stopBroker() {
        registry.close();
        broker.close();
    }

    @BeforeEach
    void connect() throws Exception {
        context = TrainerProcess.context(broker.bootstrapServers(), registry.url(), prefix);
        TopicAdmin.ensure(context.kafka(), context.topics().settings(), List.of(Topic.values()));
        topics = new LabelTopics(context);
    }

    @AfterEach
    void disconnect() {
        topics.close();
    }

    @Test
    void run_givenLabels_publishesVersionsWithLineageCheckpointAndOffsets() throws Exception {
        topics.sendLabelWithoutFrame();
        topics.sendLabels(4);
        topics.send(Topic.LOCAL_PREDICTIONS, "no label at all".getBytes(UTF_8));
        topics.sendLabels(11);
        try (TrainerService service = service("calm", Mode.REPLAY, 1)) {
            service.start();
            awaitVersion(service, "calm", 4);

            assertThat(versions("calm")).containsOnlyKeys(0L, 1L, 2L, 3L, 4L);
            assertThat(hashes("calm").get(0L)).isEqualTo(TinyStudent.start().sha256());
            Published published = versions("calm").get(4L);
            StudentManifest last = published.manifest();
            assertThat(NetworkWeights.fromBytes(published.file()).sha256()).isEqualTo(last.getSha256());
            assertThat(last.getObjects()).containsExactly("parcel");
            assertThat(last.getParentVersion()).isEqualTo(3);
            assertThat(last.getMetrics()).containsKeys("total", "regression", "alignment");
            TrainingLineage lineage = last.getLineage();
            assertThat(lineage.getStartSha256()).isEqualTo(TinyStudent.start().sha256());
            assertThat(lineage.getLabels()).isEqualTo(15);
            assertThat(lineage.getSkipped()).isEqualTo(2);
            assertThat(lineage.getSteps()).isEqualTo(12);
            assertThat(lineage.getOffsets()).isEqualTo(Map.of("0", 17L));
            assertThat(committedOffset("calm")).isEqualTo(17);
            assertThat(tombstones("calm")).containsExactly("calm/1/0", "calm/1/1", "calm/2/0", "calm/2/1");
            assertThat(topics.read(Topic.DEAD_LETTERS))
                    .singleElement()
                    .satisfies(letter ->
                            assertThat(new String(letter.value(), UTF_8)).isEqualTo("no label at all"));
            assertThat(events().subList(1, 5))
                    .extracting(TrainingEvent::getKind, TrainingEvent::getVersion)
                    .containsExactly(promoted(1), promoted(2), promoted(3), promoted(4));
            assertThat(events().get(4).getFigures()).containsEntry("recent_objects", 3.0);
            assertThat(events().get(0).getKind()).isEqualTo(TrainingEventKind.STRIDE);
            assertThat(topics.read(Topic.DIRECTIVES)).singleElement().satisfies(directive -> {
                assertThat(new String(directive.key(), UTF_8)).isEqualTo("camera");
                assertThat(context.codecs()
                                .codec(Topic.DIRECTIVES, Directive.class)
                                .decode(directive.value())
                                .getStride())
                        .isEqualTo(4);
            });
            List<Received> progress = topics.read(Topic.TRAINING_PROGRESS);
            TrainingProgress newest = context.codecs()
                    .codec(Topic.TRAINING_PROGRESS, TrainingProgress.class)
                    .decode(progress.get(progress.size() - 1).value());
            assertThat(newest.getVersion()).isEqualTo(4);
            assertThat(newest.getLag()).isZero();
        }
    }

    @Test
    void restart_afterKillMidway_givesTheUndisturbedRunsBits() throws Exception {
        topics.sendLabels(8);
        Path log = directory.resolve("killed.log");
        Process process = TrainerProcess.start("killed", broker.bootstrapServers(), registry.url(), prefix, log);
        try {
            await().atMost(PATIENCE).pollInterval(LOOK_AGAIN).until(() -> {
                assertThat(process.isAlive()).as(() -> read(log)).isTrue();
                return versions("killed").containsKey(2L);
            });
        } finally {
            process.destroyForcibly().waitFor(); // label 8 is held out or not, but that is not committed
        }
        topics.sendLabels(8);
        try (TrainerService service = service("killed", Mode.REPLAY, 1)) {
            service.start();
            awaitVersion(service, "killed", 3);
        } // closed in order: commits where it stands
        assertThat(committedOffset("killed")).isBetween(11L, 16L);
        try (TrainerService again = service("killed", Mode.REPLAY, 1);
                TrainerService calm = service("calm", Mode.REPLAY, 1)) {
            again.start();
            awaitVersion(again, "killed", 4);
            calm.start();
            awaitVersion(calm, "calm", 4);
        }

        assertThat(hashes("killed")).isEqualTo(hashes("calm")).hasSize(5);
        assertThat(versions("killed").get(4L).manifest().getLineage())
                .isEqualTo(versions("calm").get(4L).manifest().getLineage());
    }

    @Test
    void close_whileLabelsWait_leavesThemForTheNextTime() throws Exception {
        topics.sendLabels(60);
        try (TrainerService service = service("closed", Mode.REPLAY, 1)) {
            service.start();
            awaitVersion(service, "closed", 1);
        }
        // version 1 has three; it has read 32 ahead
        assertThat(committedOffset("closed")).isBetween(3L, 25L);
    }

    @Test
    void run_givenMoreLabelsThanMayWait_shedsAndSaysSo() throws Exception {
        topics.sendLabels(12);
        try (TrainerService service = service("late", Mode.LIVE, 4)) {
            service.start();
            awaitVersion(service, "late", 1);
        }
        TrainingLineage lineage = versions("late").get(1L).manifest().getLineage();
        assertThat(lineage.getSkipped()).isEqualTo(8);
        assertThat(lineage.getLabels()).isEqualTo(3);
        assertThat(lineage.getOffsets()).isEqualTo(Map.of("0", 11L));
    }

    @Test
    void run_givenOrdersOfAPerson_restsInItsPlaceAndKeepsThePinnedVersion() throws Exception {
        direct(DirectiveKind.PIN, 1L);
        direct(DirectiveKind.PAUSE, (Long) null);
        topics.sendLabels(15);
        try (TrainerService service = service("ordered", Mode.REPLAY, 1)) {
            service.start();
            await().atMost(PATIENCE).until(() -> service.health().detail().equals("paused by ada"));
        }
        try (TrainerService again = service("ordered", Mode.REPLAY, 1)) {
            again.start();
            await().atMost(PATIENCE).until(() -> again.health().detail().equals("paused by ada"));
            assertThat(versions("ordered")).containsOnlyKeys(0L);
            goOn();
            awaitVersion(again, "ordered", 4);
        }
        assertThat(versions("ordered").get(4L).manifest().getLineage().getSkipped())
                .isZero();
        assertThat(tombstones("ordered")).containsExactly("ordered/2/0", "ordered/2/1");
    }

    @Test
    void run_givenAFaultAfterAnotherTrainerTookOver_endsAndLeavesTheOtherOneAtWork() throws Exception {
        FailingClock clock = new FailingClock();
        try (TrainerService older = service("taken", Mode.REPLAY, 1, clock);
                TrainerService newer = service("taken", Mode.REPLAY, 1)) {
            older.start();
            awaitVersion(older, "taken", 0);
            newer.start();
            await().atMost(PATIENCE).until(() -> newer.health().ready());
            clock.failing.set(true);
            topics.sendLabels(15);
            assertThat(older.termination())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("another trainer took over student 'taken'");
            awaitVersion(newer, "taken", 1);
        }
    }

    /** Fails once, when it is told to, as anything may that asks Kafka in the trainer's thread. */
    private static final class FailingClock extends Clock {
        private final AtomicBoolean failing = new AtomicBoolean();

        @Override
        public Instant instant() {
            if (failing.getAndSet(false)) {
                throw new TimeoutException("a record did not arrive");
            }
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    private void direct(DirectiveKind kind, Long version) {
        Directive directive = new Directive("", 0, "ordered", Instant.now(), "", kind, version, "ada");
        direct(kind, context.codecs().codec(Topic.DIRECTIVES, Directive.class).encode(directive));
    }

    private void goOn() {
        direct(DirectiveKind.PAUSE, (byte[]) null);
    }

    private void direct(DirectiveKind kind, byte[] value) {
        try (PlainSender sender = new PlainSender(context.kafka())) {
            sender.send(new ProducerRecord<>(
                            context.topics().name(Topic.DIRECTIVES),
                            DirectiveKey.ofPerson(kind, "ordered").bytes(),
                            value))
                    .join();
        }
    }

    private static Tuple promoted(long version) {
        return Tuple.tuple(TrainingEventKind.PROMOTED, version);
    }

    private List<TrainingEvent> events() throws Exception {
        List<TrainingEvent> events = new ArrayList<>();
        for (Received record : topics.read(Topic.TRAINING_EVENTS)) {
            events.add(context.codecs()
                    .codec(Topic.TRAINING_EVENTS, TrainingEvent.class)
                    .decode(record.value()));
        }
        return events;
    }

    private TrainerService service(String student, Mode mode, long maxLag) {
        return service(student, mode, maxLag, Clock.systemUTC());
    }

    private TrainerService service(String student, Mode mode, long maxLag, Clock clock) {
        return new TrainerService(
                context,
                TinyStudent.settings(student, mode, maxLag),
                TinyStudent.OBJECTS,
                TinyStudent.start(),
                StudentSigner.NONE,
                clock);
    }

    private void awaitVersion(TrainerService service, String student, long version) {
        await().atMost(PATIENCE).pollInterval(LOOK_AGAIN).until(() -> {
            assertThat(service.health().alive()).as(service.health().detail()).isTrue();
            return versions(student).containsKey(version);
        });
    }

    /** A version as it was published. */
    private record Published(StudentManifest manifest, byte[] file) {}

    /** Every whole version, by number; fails if a part was published twice. */
    private Map<Long, Published> versions(String student) throws Exception {
        Map<Long, Map<Integer, StudentModel>> parts = new TreeMap<>();
        for (Received record : ours(Topic.STUDENT_MODELS, student)) {
            if (record.value() != null) {
                StudentModel model = context.codecs()
                        .codec(Topic.STUDENT_MODELS, StudentModel.class)
                        .decode(record.value());
                boolean first = parts.computeIfAbsent(model.getVersion(), v -> new TreeMap<>())
                                .put(model.getPart(), model)
                        == null;
                assertThat(first)
                        .as("%s comes once", new String(record.key(), UTF_8))
                        .isTrue();
            }
        }
        Map<Long, Published> versions = new TreeMap<>();
        parts.forEach((version, byPart) -> {
            StudentModel any = byPart.get(0);
            assertThat(byPart).hasSize(any.getParts());
            List<byte[]> pieces = new ArrayList<>();
            for (StudentModel model : byPart.values()) {
                byte[] piece = new byte[model.getWeights().remaining()];
                model.getWeights().duplicate().get(piece);
                pieces.add(piece);
            }
            versions.put(version, new Published(any.getManifest(), FileParts.join(pieces)));
        });
        return versions;
    }

    private Map<Long, String> hashes(String student) throws Exception {
        Map<Long, String> hashes = new TreeMap<>();
        versions(student).forEach((version, published) -> {
            assertThat(FileParts.sha256(published.file()))
                    .isEqualTo(published.manifest().getSha256());
            hashes.put(version, published.manifest().getSha256());
        });
        return hashes;
    }

    private List<String> tombstones(String student) {
        List<String> keys = new ArrayList<>();
        for (Received record : ours(Topic.STUDENT_MODELS, student)) {
            if (record.value() == null) {
                keys.add(new String(record.key(), UTF_8));
            }
        }
        return keys;
    }

    private List<Received> ours(Topic topic, String student) {
        return topics.read(topic).stream()
                .filter(r -> new String(r.key(), UTF_8).startsWith(student + "/"))
                .toList();
    }

    private long committedOffset(String student) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // stable: a transaction is told to the partitions one after the other
            Map<?, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(
                            prefix + "trainer-" + student, new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata()
                    .get();
            return offsets.values().iterator().next().offset();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
