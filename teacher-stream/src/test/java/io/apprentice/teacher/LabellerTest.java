package io.apprentice.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.Region;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.service.Mode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class LabellerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectModel PARCEL = Parcel.model();
    private static final TeacherRef TEACHER = new TeacherRef("big", 0L, "abc");

    private final TeacherMetrics metrics = new TeacherMetrics(new SimpleMeterRegistry());
    private Labeller labeller;

    private Labeller labeller(Mode mode, int stride) {
        return labeller(mode, stride, Frames.untrained("parcel"), Optional.empty());
    }

    private Labeller labeller(Mode mode, int stride, NetworkWeights weights, Optional<Adaptation> adaptation) {
        TeacherSettings settings = new TeacherSettings(
                "big",
                "0",
                Path.of(""),
                TeacherSource.NETWORK,
                DeviceChoice.AUTO,
                mode,
                Duration.ofSeconds(1),
                stride,
                2,
                Duration.ofMillis(100),
                true,
                1,
                AdaptSettings.DEFAULTS);
        labeller = new Labeller(
                settings,
                List.of(PARCEL),
                new TeacherVersion(TEACHER, new PoseEstimator(weights, List.of(PARCEL), Precision.FLOAT32)),
                adaptation,
                new DueFrames(
                        settings,
                        Frames.CODEC,
                        camera -> camera.equals("slow") ? 2 * stride : stride,
                        metrics,
                        () -> NOW),
                metrics,
                Workers.none());
        return labeller;
    }

    private static Labels label(Labeller labeller, List<Received> batch) {
        return labeller.label(Flux.just(batch)).blockLast();
    }

    @AfterEach
    void close() {
        labeller.close();
    }

    private static Received received(Frame frame) {
        return received(frame, frame.getCapturedAt());
    }

    private static Received received(Frame frame, Instant arrival) {
        return Frames.received(100 + frame.getSequence(), arrival, Frames.CODEC.encode(frame));
    }

    private static List<Long> sequences(Labels labels) {
        return labels.labelled().stream()
                .map(label -> label.predictions().getSequence())
                .toList();
    }

    @Test
    void label_givenStride_labelsTheFramesThatItDividesAndKeepsTheWholeBatch() {
        List<Received> batch = LongStream.range(0, 10)
                .mapToObj(i -> received(Frames.frame("left", i, NOW)))
                .toList();

        Labels labels = label(labeller(Mode.LIVE, 3), batch);

        assertThat(sequences(labels)).containsExactly(0L, 3L, 6L, 9L);
        assertThat(labels.batch()).isEqualTo(batch);
        assertThat(metrics.labelled().count()).isEqualTo(4);
        assertThat(metrics.deviceTime().count()).isEqualTo(2);
    }

    @Test
    void label_givenCameraWithAStrideOfItsOwn_followsIt() {
        List<Received> batch = LongStream.range(0, 10)
                .mapToObj(i -> received(Frames.frame("slow", i, NOW)))
                .toList();

        assertThat(sequences(label(labeller(Mode.LIVE, 3), batch))).containsExactly(0L, 6L);
    }

    @Test
    void label_ofAFrame_saysWhatTheTeacherSawThroughTheDetection() {
        Frame frame = Frames.frame("left", 4, NOW);
        frame.setDetections(List.of(new Detection("parcel", 60.0, 40.0, 40.0, 30.0, 0.9)));

        Labels labels = label(labeller(Mode.LIVE, 1), List.of(received(frame)));

        assertThat(labels.labelled()).singleElement().satisfies(label -> {
            assertThat(label.predictions().getCameraId()).isEqualTo("left");
            assertThat(label.predictions().getFrameRef().getPartition()).isEqualTo(1);
            assertThat(label.predictions().getFrameRef().getOffset()).isEqualTo(104);
            assertThat(label.predictions().getTeacher()).isEqualTo(TEACHER);
            assertThat(label.predictions().getObjects()).singleElement().satisfies(object -> {
                assertThat(object.getRefined()).isFalse(); // nothing but noise to be seen
                Region region = object.getRegion();
                assertThat(region.getSize()).isEqualTo(Frames.CROP);
                assertThat(object.getForeground().getWidth()).isEqualTo(Frames.CROP / 8);
                assertThat(object.getForeground().getHeight()).isEqualTo(Frames.CROP / 8);
                assertThat(object.getForeground().getValues().remaining()).isEqualTo(64);
                KeypointVotes votes = (KeypointVotes) object.getPredictions();
                assertThat(votes.getKeypoints()).isEqualTo(8);
                assertThat(votes.getPoints()).hasSize(votes.getScores().size() * 16);
            });
        });
    }

    @Test
    void label_givenUnreadableRecordsAmongFrames_rejectsOnlyThose() {
        Frame wrongSize = Frames.frame("left", 3, NOW);
        wrongSize.getIntrinsics().setWidth(161);
        List<Received> batch = List.of(
                received(Frames.frame("left", 0, NOW)),
                Frames.received(1, new byte[] {1, 2, 3}),
                received(Frames.withImage("left", 2, NOW, new byte[] {4, 5})),
                received(wrongSize),
                received(Frames.frame("left", 4, NOW)));

        Labels labels = label(labeller(Mode.LIVE, 1), batch);

        assertThat(sequences(labels)).containsExactly(0L, 4L);
        assertThat(labels.rejected())
                .extracting(Labels.Rejection::record)
                .containsExactly(batch.get(1), batch.get(2), batch.get(3));
        assertThat(labels.rejected()).extracting(Labels.Rejection::stage).containsOnly("teacher.decode");
        assertThat(labels.rejected().get(2).reason())
                .hasMessageContaining("161 x 120")
                .hasMessageContaining("160 x 120");
    }

    @Test
    void label_givenOldFrameInLiveMode_passesItOverAndCounts() {
        Labels labels = label(
                labeller(Mode.LIVE, 1),
                List.of(
                        received(Frames.frame("left", 0, NOW.minusMillis(1001))),
                        received(Frames.frame("left", 1, NOW.minusMillis(999)))));

        assertThat(sequences(labels)).containsExactly(1L);
        assertThat(metrics.skipped().count()).isEqualTo(1);
    }

    @Test
    void label_givenCameraClockThatIsWrong_judgesAgeByTheArrival() {
        Labels labels = label(
                labeller(Mode.LIVE, 1),
                List.of(
                        received(Frames.frame("left", 0, NOW.minusSeconds(3600)), NOW),
                        received(Frames.frame("left", 1, NOW.plusSeconds(3600)), NOW.minusMillis(1001))));

        assertThat(sequences(labels)).containsExactly(0L);
        assertThat(metrics.skipped().count()).isEqualTo(1);
    }

    @Test
    void label_givenOldFrameInReplayMode_labelsIt() {
        Labels labels = label(labeller(Mode.REPLAY, 1), List.of(received(Frames.frame("left", 0, Instant.EPOCH))));

        assertThat(sequences(labels)).containsExactly(0L);
        assertThat(metrics.skipped().count()).isZero();
    }

    /** The parcel's own teacher sees the parcel, and noise in between. */
    @Test
    void label_givenAnAdaptation_feedsConfirmedPosesAndUsesTheNewVersionFromTheNextBatchOn() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        NetworkWeights weights = ConfirmedLabels.teacher();
        AdaptSettings settings =
                new AdaptSettings(true, 0.5, CropSettings.Views.UPPER, 2, 0.1, 8, 1e-6, 1, 64, Path.of(""));
        Adaptation adaptation = new Adaptation(
                settings,
                "big",
                weights,
                List.of(PARCEL),
                w -> new PoseEstimator(w, List.of(PARCEL), Precision.FLOAT32),
                registry);
        Labeller labeller = labeller(Mode.REPLAY, 1, weights, Optional.of(adaptation));
        List<Received> batch = LongStream.range(0, 30)
                .mapToObj(i -> received(i % 6 == 5 ? Frames.frame("left", i, NOW) : Frames.synthetic("left", i, NOW)))
                .toList();

        Labels first = label(labeller, batch);
        long confirmed = first.labelled().stream()
                .filter(label -> label.predictions().getObjects().get(0).getRefined())
                .count();
        assertThat(confirmed).isBetween(24L, 25L);
        assertThat(first.labelled())
                .extracting(label -> label.predictions().getTeacher())
                .containsOnly(TEACHER);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> registry.get("apprentice.teacher.adapt.learnt")
                                .counter()
                                .count()
                        == confirmed);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> { // it is compiled before it is given
                            Labels next = label(labeller, batch.subList(29, 30));
                            TeacherRef teacher =
                                    next.labelled().get(0).predictions().getTeacher();
                            assertThat(teacher.getVersion()).isEqualTo(1);
                            assertThat(teacher.getSha256()).isNotEqualTo(TEACHER.getSha256());
                        });
    }
}
