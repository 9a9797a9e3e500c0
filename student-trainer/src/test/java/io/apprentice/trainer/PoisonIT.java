package io.apprentice.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.StudentSigner;
import io.micrometer.core.instrument.Counter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the trainer makes of poisoned labels; the good ones between and after them are learnt. */
class PoisonIT {

    private static final byte[] LEFT = "left".getBytes(UTF_8);
    private static final int LONG_KEY = 70_000;

    @TempDir
    private Path directory;

    private LabelTopics topics;

    private void send(Consumer<LocalPredictions> poison) {
        LocalPredictions label = topics.sendFrame("left");
        poison.accept(label);
        topics.send(Topic.LOCAL_PREDICTIONS, LEFT, topics.encoded(label));
    }

    @Test
    void labels_becomeADeadLetterEachAndTheTrainingGoesOn_butABrokenCheckpointStopsIt() throws Exception {
        TorchRuntime.useThreads(1);
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(directory.resolve("registry"), 0)) {
            ServiceContext context = TrainerProcess.context(broker.bootstrapServers(), registry.url(), "");
            TopicAdmin.ensure(context.kafka(), context.topics().settings(), List.of(Topic.values()));
            topics = new LabelTopics(context);
            byte[] good = topics.encoded(topics.sendFrame("left"));

            topics.send(Topic.LOCAL_PREDICTIONS, LEFT, null);
            topics.send(Topic.LOCAL_PREDICTIONS, LEFT, new byte[0]);
            topics.send(Topic.LOCAL_PREDICTIONS, LEFT, Arrays.copyOf(good, good.length / 2));
            topics.send(
                    Topic.LOCAL_PREDICTIONS,
                    LEFT,
                    topics.read(Topic.FRAMES).get(0).value());
            send(label -> label.setFrameRef(new FrameRef(0, 1_000_000L)));
            send(label -> label.setFrameRef(new FrameRef(7, 0L)));
            send(label -> label.setFrameRef(new FrameRef(0, -1L)));
            send(label -> label.setCameraId("right"));
            send(label -> label.getObjects()
                    .get(0)
                    .setPredictions(new KeypointVotes(8, List.of(0.5f), Collections.nCopies(16, Float.NaN))));
            send(label -> label.getObjects().get(0).getObjectToCamera().setTz(Double.NaN));
            int letters = 10;

            topics.send(Topic.LOCAL_PREDICTIONS, null, good);
            topics.send(Topic.LOCAL_PREDICTIONS, new byte[] {(byte) 0xff}, good);
            topics.send(
                    Topic.LOCAL_PREDICTIONS, new byte[LONG_KEY], good); // the same label again, which is learnt again
            send(label -> label.getObjects().get(0).setObjectId("teapot")); // nothing that this student learns
            topics.sendLabels("left", 4);
            int labels = 8;

            try (TrainerService service = service(context)) {
                service.start();
                await().atMost(Duration.ofMinutes(5))
                        .until(() -> learnt(context).count() == labels);
            }

            assertThat(reasons())
                    .containsExactly(
                            "got nothing",
                            "got 0 bytes",
                            "do not match schema",
                            "another record",
                            "frame_ref: expected a place",
                            "frame_ref: expected a place",
                            "frame_ref: expected a place",
                            "frame_ref: expected frame",
                            "finite votes",
                            "a finite pose");
            assertThat(context.metrics()
                            .get("apprentice.trainer.skipped")
                            .tag("reason", "unreadable")
                            .counter()
                            .count())
                    .isEqualTo(letters);
            List<Received> progress = topics.read(Topic.TRAINING_PROGRESS);
            TrainingProgress last = context.codecs()
                    .codec(Topic.TRAINING_PROGRESS, TrainingProgress.class)
                    .decode(progress.get(progress.size() - 1).value());
            assertThat(last.getLabels()).isEqualTo(labels);
            assertThat(last.getSkipped()).isEqualTo(letters);

            topics.send(Topic.TRAINING_CHECKPOINTS, "student/0".getBytes(UTF_8), new byte[] {1});
            try (TrainerService again = service(context)) {
                again.start();
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> !again.health().alive());
                assertThat(again.health().detail()).contains("checkpoint of student 'student' at offset");
            }
            topics.close();
        }
    }

    private static TrainerService service(ServiceContext context) {
        return new TrainerService(
                context,
                TinyStudent.settings("student", Mode.REPLAY, 1),
                TinyStudent.OBJECTS,
                TinyStudent.start(),
                StudentSigner.NONE);
    }

    private static Counter learnt(ServiceContext context) {
        Counter counter = context.metrics().find("apprentice.trainer.labels").counter();
        return counter == null ? context.metrics().counter("none") : counter;
    }

    /** In the order of the log: the words that the test looks for. */
    private List<String> reasons() {
        List<String> known = List.of(
                "got nothing",
                "got 0 bytes",
                "do not match schema",
                "another record",
                "frame_ref: expected a place",
                "frame_ref: expected frame",
                "finite votes",
                "a finite pose");
        return topics.read(Topic.DEAD_LETTERS).stream()
                .map(letter ->
                        new String(letter.headers().lastHeader("error.message").value(), UTF_8))
                .map(message ->
                        known.stream().filter(message::contains).findFirst().orElse(message))
                .toList();
    }
}
