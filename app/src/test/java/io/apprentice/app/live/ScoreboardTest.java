package io.apprentice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentRef;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingEventKind;
import io.apprentice.schemas.TrainingProgress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreboardTest {
    private static final long START = 1_700_000_000_000_000L;
    private static final Pose RIGHT = new Pose(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0);
    private static final Pose WRONG = new Pose(0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0);

    private final Scoreboard board = new Scoreboard((object, estimate, truth) -> estimate.equals(truth));

    @Test
    void figures_givenNothing_areEmpty() {
        Figures f = board.figures(START);
        assertThat(f.frames()).isZero();
        assertThat(f.course().first()).isEmpty();
        assertThat(Summary.of(f, List.of()).json()).contains("\"add01d_first\" : null", "\"latency_ms_p50\" : null");
    }

    @Test
    void course_givenStudentThatImproves_tellsFirstAndLastThirtySeconds() {
        for (int second = 0; second < 100; second++) {
            frame(second, 1.0);
            pose(second, second < 50 ? WRONG : RIGHT, PoseStatus.ESTIMATED);
        }
        Figures.Course course = board.figures(at(100)).course();
        assertThat(course.first()).contains(0.0);
        assertThat(course.last()).contains(1.0);
        assertThat(course.students().get(0)).contains(0.0);
    }

    @Test
    void event_givenDecisions_countsThemAndShowsTheLast() {
        for (TrainingEventKind kind : TrainingEventKind.values()) {
            board.event(event(kind, "because of " + kind));
        }
        board.event(event(TrainingEventKind.ROLLED_BACK, "it turned out worse"));

        Figures f = board.figures(START);
        assertThat(f.decisions().withheld()).isEqualTo(1);
        assertThat(f.decisions().rollbacks()).isEqualTo(2);
        assertThat(Summary.of(f, List.of()).json()).contains("\"versions_withheld\" : 1", "\"rollbacks\" : 2");
        assertThat(LiveView.block(f, Duration.ZERO, Map.of()))
                .anySatisfy(line ->
                        assertThat(line).contains("1 withheld, 2 rolled back", "rolled back", "turned out worse"));
        assertThat(LiveView.line(f, Duration.ZERO, Map.of())).contains("withheld 1, rolled back 2");
    }

    @Test
    void progress_givenLabelsOfWhichNoneIsHeld_saysThatThereIsNothingToLearnFrom() {
        board.progress(progress(193, 0));
        assertThat(LiveView.line(board.figures(START), Duration.ZERO, Map.of()))
                .contains("no step yet: nothing to learn from in 193 labels");

        board.progress(progress(1, 1));
        assertThat(LiveView.line(board.figures(START), Duration.ZERO, Map.of())).contains("no step yet |");
    }

    private static TrainingProgress progress(long labels, int held) {
        return new TrainingProgress("student", Instant.EPOCH, labels, 0L, 0L, held, 0L, Map.of(), 0L, 0L);
    }

    private static TrainingEvent event(TrainingEventKind kind, String reason) {
        return new TrainingEvent("student", Instant.EPOCH, kind, 3L, 100L, 90L, null, Map.of(), reason, "");
    }

    @Test
    void pose_readBeforeItsFrame_isScoredWhenTheFrameIsRead() {
        pose(0, RIGHT, PoseStatus.ESTIMATED);
        assertThat(board.figures(at(0)).course().last()).isEmpty();
        frame(0, 1.0);
        assertThat(board.figures(at(0)).course().last()).contains(1.0);
    }

    @Test
    void pose_lostOrSkipped_countsAsNotWithin() {
        frame(0, 1.0);
        frame(1, 1.0);
        frame(2, 1.0);
        pose(0, null, PoseStatus.LOST);
        pose(1, null, PoseStatus.SKIPPED);
        pose(2, RIGHT, PoseStatus.ESTIMATED);
        Figures f = board.figures(at(3));
        assertThat(f.course().last().orElseThrow()).isEqualTo(1 / 3.0, within(1e-9));
        assertThat(List.of(f.poses(), f.lost(), f.skipped())).containsExactly(3L, 1L, 1L);
    }

    @Test
    void pose_ofObjectThatIsHidden_isNotScored() {
        frame(0, 0.05);
        pose(0, WRONG, PoseStatus.ESTIMATED);
        assertThat(board.figures(at(1)).course().last()).isEmpty();
    }

    @Test
    void label_isScoredOverTheWholeRun() {
        frame(0, 1.0);
        board.label(LocalPredictions.newBuilder()
                .setCameraId("cam")
                .setSequence(0)
                .setCapturedAt(time(0))
                .setFrameRef(new FrameRef(0, 0L))
                .setTeacher(new TeacherRef("teacher", 0L, ""))
                .setObjects(List.of())
                .build());
        assertThat(board.figures(at(1)).labelled()).isEqualTo(1);
        assertThat(board.figures(at(1)).course().teacher()).isEmpty();
    }

    @Test
    void latency_isFromArrivalToReading() {
        for (int i = 0; i < 100; i++) {
            pose(i, RIGHT, PoseStatus.ESTIMATED);
        }
        Figures f = board.figures(at(100));
        assertThat(f.latency().p50()).isEqualTo(40, within(1.0));
        assertThat(f.poseRate()).isEqualTo(1, within(0.01));
    }

    @Test
    void frame_givenTenThousandCameras_countsAllAndListsAThousand() {
        for (int camera = 0; camera < 10_000; camera++) {
            frame("cam-" + camera, camera, 1.0);
        }
        Figures f = board.figures(at(10_000));
        assertThat(f.frames()).isEqualTo(10_000);
        assertThat(f.cameras()).hasSize(1_000);
    }

    private void frame(int second, double visible) {
        frame("cam", second, visible);
    }

    private void frame(String camera, int second, double visible) {
        board.frame(
                new FrameRef(0, (long) second),
                Frame.newBuilder()
                        .setCameraId(camera)
                        .setSequence(second)
                        .setCapturedAt(time(second))
                        .setEncoding(ImageEncoding.JPEG)
                        .setIntrinsics(new Intrinsics(640, 480, 600.0, 600.0, 320.0, 240.0, List.of()))
                        .setImage(ByteBuffer.allocate(0))
                        .setGroundTruth(List.of(new GroundTruth("parcel", RIGHT, visible)))
                        .build(),
                at(second),
                at(second));
    }

    private void pose(int second, Pose estimate, PoseStatus status) {
        board.pose(
                PoseEstimate.newBuilder()
                        .setCameraId("cam")
                        .setSequence(second)
                        .setCapturedAt(time(second))
                        .setEstimatedAt(time(second))
                        .setFrameRef(new FrameRef(0, (long) second))
                        .setObjectId("parcel")
                        .setStatus(status)
                        .setObjectToCamera(estimate)
                        .setScore(0)
                        .setInliers(0)
                        .setReprojectionError(0)
                        .setStudent(new StudentRef("student", 1L))
                        .setStageMicros(Map.of())
                        .build(),
                at(second),
                at(second) + 40_000);
    }

    private static long at(int second) {
        return START + second * 1_000_000L;
    }

    private static Instant time(int second) {
        return Instant.ofEpochSecond(START / 1_000_000 + second);
    }
}
