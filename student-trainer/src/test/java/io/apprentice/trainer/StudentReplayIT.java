package io.apprentice.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.schemas.FoldedRun;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingOrder;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.StudentSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Students of several cameras, computed again from the topics of a real broker. */
class StudentReplayIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int PARTITIONS = 4;
    private static final String STUDENT = "several";

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;

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
        context =
                TrainerProcess.context(broker.bootstrapServers(), registry.url(), UUID.randomUUID() + ".", PARTITIONS);
        TopicAdmin.ensure(context.kafka(), context.topics().settings(), List.of(Topic.values()));
        topics = new LabelTopics(context);
    }

    @AfterEach
    void disconnect() {
        topics.close();
    }

    @Test
    void run_givenLabelsOfSeveralCamerasAndARestart_computesTheSameBits() throws Exception {
        train(settings(Mode.REPLAY), 1);
        train(settings(Mode.REPLAY), 3);

        Lineage lineage = Lineage.read(context, STUDENT);
        assertThat(partitions(lineage)).hasSizeGreaterThan(1);
        assertThat(lineage.of(2)).isNotEmpty();
        TrainingOrder third = lineage.of(3).get(lineage.of(3).size() - 1);
        assertThat(third.getTeachers())
                .singleElement()
                .satisfies(t -> assertThat(t.getId()).isEqualTo("truth"));
        assertThat(third.getParentVersion()).isEqualTo(2);
        assertThat(third.getMadeBy()).isEqualTo(TorchRuntime.fingerprint());

        int newest = Math.toIntExact(lineage.newest());
        List<StudentReplay.Result> versions = replay(newest);
        assertThat(versions).hasSize(newest + 1).allMatch(StudentReplay.Result::equal);
        assertThat(versions.get(newest).largestDifference()).hasValue(0);
        assertThat(versions.get(newest - 2).largestDifference())
                .as("two are kept")
                .isEmpty();
    }

    @Test
    void run_givenLabelsThatWereSkipped_skipsThemAgain() throws Exception {
        StudentSettings live = TinyStudent.settings(STUDENT, Mode.LIVE, 6);
        topics.sendLabels("a", 8);
        topics.sendLabels("b", 8);
        train(live, 1);

        assertThat(Lineage.read(context, STUDENT).of(1).stream().flatMap(c -> c.getRuns().stream()))
                .anyMatch(run -> !run.getLearnt());
        List<StudentReplay.Result> versions = new ArrayList<>();
        new StudentReplay(context, live, TinyStudent.OBJECTS, 1).run(folded -> {}, versions::add, () -> false);
        assertThat(versions).hasSize(2).allMatch(StudentReplay.Result::equal);
    }

    @Test
    void new_givenWhatCannotBeRepeated_saysWhy() throws Exception {
        train(settings(Mode.REPLAY), 1);

        assertThatThrownBy(() -> new StudentReplay(context, settings(Mode.REPLAY), TinyStudent.OBJECTS, 99))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 99: training-order keeps versions 0 to ");
        assertThatThrownBy(() -> new StudentReplay(
                        context, TinyStudent.settings("nobody", Mode.REPLAY, 1), TinyStudent.OBJECTS, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing of student 'nobody'");
        StudentSettings d = settings(Mode.REPLAY);
        assertThatThrownBy(() -> new StudentReplay(context, withSeed(d, 8), TinyStudent.OBJECTS, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("trained with other settings after 0 labels: seed=7, here seed=8");
        deleteFrames();
        assertThatThrownBy(() -> new StudentReplay(context, d, TinyStudent.OBJECTS, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a replay needs frames and labels since its start");
    }

    private static StudentSettings settings(Mode mode) {
        return TinyStudent.settings(STUDENT, mode, 1);
    }

    private static StudentSettings withSeed(StudentSettings s, long seed) {
        return new StudentSettings(
                s.id(),
                s.weights(),
                s.mode(),
                s.maxLag(),
                s.publishEvery(),
                s.keepVersions(),
                s.progressEvery(),
                s.maxNonFiniteSteps(),
                s.precision(),
                seed,
                s.batchSize(),
                s.stepsPerLabel(),
                s.replayCapacity(),
                s.optimizer(),
                s.alignment(),
                s.gate(),
                s.augmentation(),
                s.guard(),
                s.stride(),
                s.drift());
    }

    /** Trains on labels of three cameras that come in turn until a version is there. */
    private void train(StudentSettings settings, long version) throws Exception {
        try (TrainerService service =
                new TrainerService(context, settings, TinyStudent.OBJECTS, TinyStudent.start(), StudentSigner.NONE)) {
            service.start();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                assertThat(service.health().alive())
                        .as(service.health().detail())
                        .isTrue();
                for (String camera : List.of("a", "b", "c")) {
                    topics.sendLabels(camera, 1);
                }
                return topics.read(Topic.TRAINING_ORDER).size() > 0
                        && Lineage.read(context, STUDENT).newest() >= version;
            });
        }
    }

    private List<StudentReplay.Result> replay(long version) throws IOException {
        List<StudentReplay.Result> versions = new ArrayList<>();
        StudentReplay replay = new StudentReplay(context, settings(Mode.REPLAY), TinyStudent.OBJECTS, version);
        List<Long> folded = new ArrayList<>();
        replay.run(folded::add, versions::add, () -> false);
        assertThat(folded.get(folded.size() - 1)).isEqualTo(replay.labels());
        return versions;
    }

    private static List<Integer> partitions(Lineage lineage) {
        return lineage.commits().stream()
                .flatMap(commit -> commit.getRuns().stream())
                .map(FoldedRun::getPartition)
                .distinct()
                .toList();
    }

    private void deleteFrames() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            for (int partition : partitions(Lineage.read(context, STUDENT))) {
                TopicPartition frames = new TopicPartition(context.topics().name(Topic.FRAMES), partition);
                admin.deleteRecords(Map.of(frames, RecordsToDelete.beforeOffset(1)))
                        .all()
                        .get();
            }
        }
    }
}
