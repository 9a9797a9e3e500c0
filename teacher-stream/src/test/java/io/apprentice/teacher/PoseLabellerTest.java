package io.apprentice.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.teacher.PoseTeacher;
import io.apprentice.pose.teacher.TaughtPose;
import io.apprentice.pose.teacher.TeacherView;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.RecordedImage;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.wire.PoseMapping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class PoseLabellerTest {

    private static final double ERROR = 0.01;

    private final TeacherMetrics metrics = new TeacherMetrics(new SimpleMeterRegistry());

    /** Knows the true poses up to a centimetre and some degrees; does not see the object in frame 3; fails at frame 6. */
    private static final class NearlyRight implements PoseTeacher {

        private final List<TeacherView> seen = new ArrayList<>();
        private boolean closed;

        @Override
        public String id() {
            return "nearly";
        }

        @Override
        public long version() {
            return 7;
        }

        @Override
        public Optional<TaughtPose> estimate(TeacherView view, ObjectModel object) {
            seen.add(view);
            if (view.sequence() == 6) {
                throw new IllegalStateException("out of memory");
            }
            Se3 truth = truth(view.sequence());
            Se3 wrong = new Se3(
                    Quaternion.about(new Vec3(1, 1, 0), 0.05).times(truth.rotation()),
                    truth.translation().plus(new Vec3(ERROR, 0, 0)));
            return view.sequence() == 3 ? Optional.empty() : Optional.of(new TaughtPose(wrong, 0.75));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Se3 truth(long sequence) {
        return ConfirmedLabels.CAMERA.frame(sequence).truth().get(0).objectToCamera();
    }

    private static List<Received> records(long count) {
        return LongStream.range(0, count)
                .mapToObj(i -> {
                    Frame frame = Frames.synthetic("left", i, Instant.EPOCH);
                    frame.setRecordedImage(new RecordedImage(2, (int) i));
                    return Frames.received(100 + i, Frames.CODEC.encode(frame));
                })
                .toList();
    }

    private Labels label(PoseTeacher teacher, boolean refine, List<Received> batch) {
        TeacherSettings settings = TeacherSettings.DEFAULTS.withRefine(refine);
        DueFrames due = new DueFrames(settings, Frames.CODEC, camera -> 3, metrics, () -> Instant.EPOCH);
        try (PoseLabeller labeller =
                new PoseLabeller(teacher, List.of(ConfirmedLabels.PARCEL), due, metrics, settings)) {
            return labeller.label(Flux.just(batch)).blockLast();
        }
    }

    @Test
    void label_givenPoses_makesALabelOfEachDueFrameAndADeadLetterOfAFailure() {
        NearlyRight teacher = new NearlyRight();
        Labels labels = label(teacher, false, records(8));

        assertThat(labels.labelled())
                .extracting(label -> label.predictions().getSequence())
                .containsExactly(0L, 3L);
        LocalPredictions first = labels.labelled().get(0).predictions();
        assertThat(first.getTeacher()).isEqualTo(new TeacherRef("nearly", 7L, ""));
        assertThat(first.getFrameRef().getOffset()).isEqualTo(100);
        ObjectPredictions parcel = first.getObjects().get(0);
        assertThat(((KeypointVotes) parcel.getPredictions()).getScores())
                .hasSize(12)
                .containsOnly(0.75f);
        assertThat(parcel.getRefined()).isFalse();
        assertThat(labels.labelled().get(1).predictions().getObjects().get(0).getObjectToCamera())
                .isNull();
        assertThat(labels.rejected()).singleElement().satisfies(rejection -> {
            assertThat(rejection.stage()).isEqualTo("teacher.estimate");
            assertThat(rejection.record().offset()).isEqualTo(106);
        });
        assertThat(labels.batch()).hasSize(8);
        assertThat(teacher.seen.get(1).recorded()).contains(new TeacherView.RecordedImage(2, 3));
        assertThat(teacher.closed).isTrue();
    }

    @Test
    void label_givenRefinement_correctsThePoseByTheFrame() {
        Labels labels = label(new NearlyRight(), true, records(1));

        ObjectPredictions parcel =
                labels.labelled().get(0).predictions().getObjects().get(0);
        assertThat(parcel.getRefined()).isTrue();
        Se3 pose = PoseMapping.fromRecord(parcel.getObjectToCamera());
        assertThat(pose.translation().minus(truth(0).translation()).norm()).isCloseTo(0, within(ERROR / 2));
    }
}
