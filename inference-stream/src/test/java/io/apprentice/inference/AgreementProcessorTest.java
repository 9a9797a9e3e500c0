package io.apprentice.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.AgreementWindow;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseDistance;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.wire.PoseMapping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgreementProcessorTest {

    private static final double TRUE_DISTANCE = 0.5;

    private final PlainCodec<LocalPredictions> codec = new PlainCodec<>(LocalPredictions.class);
    private final MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
    private final AgreementProcessor processor = new AgreementProcessor(
            new Distances(List.of(Parcel.model())),
            codec,
            new InferenceMetrics(new SimpleMeterRegistry(), new StudentSlot()));

    @BeforeEach
    void init() {
        processor.init(context);
    }

    private void answer(long offset, long version, PoseStatus status, double z) {
        answer(Agreements.answer(offset, version, status, status == PoseStatus.ESTIMATED ? Agreements.at(z) : null));
    }

    private void answer(Answers answers) {
        processor.process(new Record<>(new byte[0], answers, 7));
    }

    private void label(long offset, double z) {
        label(offset, z, 8);
    }

    private void label(long offset, double z, long timestamp) {
        processor.process(new Record<>(new byte[0], codec.encode(Agreements.label(offset, z)), timestamp));
    }

    private List<Agreement> agreements() {
        return context.forwarded(InferenceTopology.AGREEMENT).stream()
                .map(f -> (Agreement) f.record().value())
                .toList();
    }

    @Test
    void process_givenAPoseOrATruthThatIsNone_comparesTheOthers() {
        for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
            answer(0, 4, PoseStatus.ESTIMATED, TRUE_DISTANCE);
            label(0, odd);
        }
        Answers given = Agreements.answer(1, 4, PoseStatus.ESTIMATED, Agreements.at(TRUE_DISTANCE));
        given.truth().get(0).setObjectToCamera(new Pose(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0));
        answer(given);
        label(1, TRUE_DISTANCE);

        assertThat(agreements()).singleElement().satisfies(agreement -> {
            assertThat(agreement.getAgreed()).isTrue();
            assertThat(agreement.getStudentToTruth()).isNull();
        });
    }

    @Test
    void process_givenTwoPoses_measuresThemAgainstEachOtherAndTheTruth() {
        answer(0, 4, PoseStatus.ESTIMATED, TRUE_DISTANCE + 0.004);
        label(0, TRUE_DISTANCE - 0.001);

        assertThat(agreements()).singleElement().satisfies(agreement -> {
            assertThat(agreement.getAgreed()).isTrue();
            PoseDistance apart = agreement.getStudentToTeacher();
            assertThat(apart.getMean()).isCloseTo(0.005, within(1e-6));
            assertThat(apart.getDiameters()).isCloseTo(0.005 / Parcel.model().diameter(), within(1e-6));
            assertThat(apart.getTranslation()).isCloseTo(0.005, within(1e-9));
            assertThat(apart.getRotation()).isZero();
            assertThat(agreement.getStudentToTruth().getTranslation()).isCloseTo(0.004, within(1e-9));
            assertThat(agreement.getTeacherToTruth().getTranslation()).isCloseTo(0.001, within(1e-9));
            assertThat(agreement.getStudentVersion()).isEqualTo(4);
            assertThat(agreement.getTeacherVersion()).isEqualTo(2);
        });
    }

    @Test
    void process_givenLabelBeforeTheAnswer_waitsForIt() {
        label(0, TRUE_DISTANCE);
        assertThat(agreements()).isEmpty();
        answer(0, 4, PoseStatus.ESTIMATED, TRUE_DISTANCE);
        answer(1, 4, PoseStatus.ESTIMATED, TRUE_DISTANCE);
        assertThat(agreements()).extracting(Agreement::getSequence).containsExactly(0L);
    }

    @Test
    void process_givenAnswersThatFoundNothing_countsLostAndNotSkipped() {
        answer(0, 4, PoseStatus.SKIPPED, 0);
        answer(1, 4, PoseStatus.LOST, 0);
        label(0, TRUE_DISTANCE);
        label(1, TRUE_DISTANCE);
        assertThat(agreements()).singleElement().satisfies(agreement -> {
            assertThat(agreement.getSequence()).isEqualTo(1);
            assertThat(agreement.getAgreed()).isFalse();
            assertThat(agreement.getStudentToTeacher()).isNull();
            assertThat(agreement.getTeacherToTruth().getMean()).isZero();
        });
    }

    @Test
    void process_givenANewVersion_beginsANewWindow() {
        for (long offset = 0; offset < 3; offset++) {
            answer(offset, 4, PoseStatus.ESTIMATED, TRUE_DISTANCE + (offset == 2 ? 0.2 : 0));
            label(offset, TRUE_DISTANCE);
        }
        answer(3, 5, PoseStatus.ESTIMATED, TRUE_DISTANCE);
        label(3, TRUE_DISTANCE);
        assertThat(agreements())
                .extracting(Agreement::getSinceVersion)
                .extracting(AgreementWindow::getCompared)
                .containsExactly(1L, 2L, 3L, 1L);
        assertThat(agreements())
                .extracting(Agreement::getSinceVersion)
                .extracting(AgreementWindow::getAgreed)
                .containsExactly(1L, 2L, 2L, 1L);
    }

    @Test
    void process_givenLabelledFrames_samplesTheStudentsVotesOnceASecond() {
        for (long offset = 0; offset < 5; offset++) {
            answer(offset, 4, PoseStatus.ESTIMATED, TRUE_DISTANCE);
        }
        label(0, TRUE_DISTANCE, 1_000);
        label(2, TRUE_DISTANCE, 1_999);
        label(3, TRUE_DISTANCE, 2_000);
        label(9, TRUE_DISTANCE, 3_000);

        assertThat(context.forwarded(InferenceTopology.STUDENT_PREDICTIONS))
                .extracting(f -> (StudentPredictions) f.record().value())
                .extracting(StudentPredictions::getSequence)
                .containsExactly(0L, 3L);
        StudentPredictions last = (StudentPredictions) context.forwarded(InferenceTopology.STUDENT_PREDICTIONS)
                .get(1)
                .record()
                .value();
        assertThat(last.getStudentVersion()).isEqualTo(4);
        assertThat(last.getObjects()).singleElement().satisfies(votes -> {
            assertThat(votes.getObjectId()).isEqualTo("parcel");
            assertThat(votes.getVotes().getScores()).containsExactly(0.5f);
            assertThat(votes.getVotes().getPoints()).containsExactly(3f, 2f);
        });
    }

    @Test
    void distance_givenASymmetricObject_isToThePoseThatLooksTheSame() {
        Vec3 up = new Vec3(0, 0, 1);
        Se3 half = new Se3(Quaternion.about(up, Math.PI), Vec3.ZERO);
        ObjectModel symmetric =
                ObjectModel.of("box", Parcel.model().mesh(), new SymmetryGroup(List.of(half), List.of()));
        Se3 pose = new Se3(Quaternion.IDENTITY, new Vec3(0, 0, TRUE_DISTANCE));
        Se3 turned = new Se3(Quaternion.about(up, Math.PI + 0.1), new Vec3(0, 0, TRUE_DISTANCE));
        Optional<PoseDistance> apart = new Distances(List.of(symmetric))
                .between("box", PoseMapping.toRecord(pose), PoseMapping.toRecord(turned));
        assertThat(apart.orElseThrow().getRotation()).isCloseTo(Math.toDegrees(0.1), within(1e-6));
    }
}
