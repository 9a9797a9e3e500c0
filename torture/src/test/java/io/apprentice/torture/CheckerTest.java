package io.apprentice.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.torture.RunLog.Committed;
import io.apprentice.torture.RunLog.Decision;
import io.apprentice.torture.RunLog.End;
import io.apprentice.torture.RunLog.Fold;
import io.apprentice.torture.RunLog.Frame;
import io.apprentice.torture.RunLog.Label;
import io.apprentice.torture.RunLog.Place;
import io.apprentice.torture.RunLog.Pose;
import io.apprentice.torture.RunLog.Run;
import io.apprentice.torture.RunLog.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whether the checker sees each fault; each test damages one thing in a log that is good. */
class CheckerTest {

    private static final Checker CHECKER = new Checker(List.of("parcel"), 2, 1, "student");

    private final List<Frame> frames = new ArrayList<>();
    private final List<Pose> poses = new ArrayList<>();
    private final List<Label> labels = new ArrayList<>();
    private final List<Version> students = new ArrayList<>();
    private final List<Version> checkpoints = new ArrayList<>();
    private final Map<String, Integer> removed = new TreeMap<>();
    private final List<Decision> promoted = new ArrayList<>();
    private final List<Fold> folds = new ArrayList<>();
    private final Map<Long, String> replayed = new TreeMap<>();
    private final Map<String, Long> folded = new TreeMap<>();
    private final Map<String, Long> skipped = new TreeMap<>();
    private final List<End> ends = new ArrayList<>();
    private final List<Committed> committed = new ArrayList<>();
    private final List<String> transactions = new ArrayList<>();
    private long deadLetters;

    /** Two cameras of one partition, of which the left one starts again after four frames; a student of three versions. */
    CheckerTest() {
        for (int i = 0; i < 12; i++) {
            Place at = new Place(0, i);
            String camera = i % 2 == 0 ? "left" : "right";
            long sequence = i >= 8 && camera.equals("left") ? i / 2 - 4 : i / 2;
            frames.add(new Frame(at, camera, sequence));
            poses.add(new Pose(new Place(0, 2L * i), camera, "parcel", at, false));
            if (sequence % 2 == 0) {
                labels.add(new Label(new Place(0, 2L * labels.size()), camera, at));
            }
        }
        for (long version = 0; version < 3; version++) {
            students.add(new Version("student", version, 2, "hash" + version, "hash" + version));
            replayed.put(version, "hash" + version);
        }
        promoted.add(new Decision("student", 1));
        promoted.add(new Decision("student", 2));
        folds.add(new Fold("student", 0, List.of(new Run(0, 0, 5, 3))));
        folds.add(new Fold("student", 3, List.of(new Run(0, 6, 7, 1), new Run(0, 8, 11, 2))));
        folded.put("student", (long) labels.size());
        skipped.put("student", 0L);
        checkpoints.add(new Version("student", 1, 3, "state1", "part 1 after part -1"));
        checkpoints.add(new Version("student", 2, 3, "state2", "state2"));
        ends.add(new End("poses", 0, 24, 24));
        committed.add(new Committed("teacher", "frames", 0, 12, 12, 12));
    }

    private List<String> check() {
        return CHECKER.check(log(), replayed);
    }

    private RunLog log() {
        return new RunLog(
                List.copyOf(frames),
                List.copyOf(poses),
                List.copyOf(labels),
                List.copyOf(students),
                List.copyOf(checkpoints),
                Map.copyOf(removed),
                List.copyOf(promoted),
                List.copyOf(folds),
                Map.copyOf(folded),
                Map.copyOf(skipped),
                deadLetters,
                List.copyOf(ends),
                List.copyOf(committed),
                List.copyOf(transactions));
    }

    @Test
    void check_givenGoodLog_findsNothing() {
        assertThat(check()).isEmpty();
    }

    @Test
    void check_givenFrameTwice_saysSo() {
        frames.add(new Frame(new Place(0, 12), "right", 5));
        poses.add(new Pose(new Place(0, 24), "right", "parcel", new Place(0, 12), false));
        assertThat(check()).containsExactly("frame 0@12 (right, sequence 5) comes after 0@11 (right, sequence 5)");
    }

    @Test
    void check_givenMissingPose_saysSo() {
        poses.remove(3);
        assertThat(check()).containsExactly("frame 0@3 (right, sequence 1) has no pose of parcel");
    }

    @Test
    void check_givenDoubledPose_saysSo() {
        poses.add(4, new Pose(new Place(0, 7), "right", "parcel", new Place(0, 3), false));
        assertThat(check())
                .containsExactly("pose of parcel 0@7 of frame 0@3 (right, sequence 1) comes again, it was at 0@6");
    }

    @Test
    void check_givenPosesOutOfOrder_saysSo() {
        Collections.swap(poses, 3, 5);
        assertThat(check())
                .containsExactly("pose of parcel 0@6 of frame 0@3 (right, sequence 1) comes after that of 0@5");
    }

    @Test
    void check_givenPoseOfNoFrame_saysSo() {
        poses.add(new Pose(new Place(0, 24), "right", "parcel", new Place(0, 12), false));
        assertThat(check()).containsExactly("pose 0@24 is of frame 0@12, which is not there");
    }

    @Test
    void check_givenSkippedPose_saysSo() {
        poses.set(3, new Pose(new Place(0, 6), "right", "parcel", new Place(0, 3), true));
        assertThat(check()).containsExactly("pose 0@6 of frame 0@3 is SKIPPED");
    }

    @Test
    void check_givenPoseOfOtherObject_saysSo() {
        poses.add(new Pose(new Place(0, 24), "right", "mug", new Place(0, 3), false));
        assertThat(check()).containsExactly("1 poses of mug, which nobody asked for");
    }

    @Test
    void check_givenMissingLabel_saysSo() {
        labels.remove(0);
        assertThat(check())
                .containsExactly(
                        "frame 0@0 (left, sequence 0) has no label",
                        "student student has folded 6 of 5 labels",
                        "student student folds in Run[partition=0, from=0, to=5, labels=3], there are [2, 4]");
    }

    @Test
    void check_givenDoubledLabel_saysSo() {
        labels.add(1, new Label(new Place(0, 1), "left", new Place(0, 0)));
        assertThat(check())
                .containsExactly(
                        "student student has folded 6 of 7 labels",
                        "label 0@1 of frame 0@0 (left, sequence 0) comes again, it was at 0@0",
                        "student student folds in Run[partition=0, from=0, to=5, labels=3], there are [0, 1, 2, 4]");
    }

    @Test
    void check_givenLabelThatWasNotDue_saysSo() {
        labels.add(1, new Label(new Place(0, 1), "left", new Place(0, 2)));
        assertThat(check()).contains("frame 0@2 (left, sequence 1) has a label, which was not due");
    }

    @Test
    void check_givenSkippedLabel_saysSo() {
        skipped.put("student", 1L);
        assertThat(check()).containsExactly("student student has skipped 1 labels");
    }

    @Test
    void check_givenOneStudentThatDiffers_saysSo() {
        students.set(2, new Version("student", 2, 2, "other", "other"));
        assertThat(check()).containsExactly("student version student/2 has sha256 other, its replay has hash2");
    }

    @Test
    void check_givenVersionThatOnlyTheReplayHas_saysSo() {
        students.remove(2);
        promoted.remove(1);
        assertThat(check()).containsExactly("student student has versions [0, 1], its replay has [0, 1, 2]");
    }

    @Test
    void check_givenLabelFoldedInTwice_saysSo() {
        folds.add(new Fold("student", 6, List.of(new Run(0, 10, 11, 1))));
        assertThat(check())
                .containsExactly("student student folds in Run[partition=0, from=10, to=11, labels=1], there are []");
    }

    @Test
    void check_givenLabelsFoldedInTheWrongOrder_saysSo() {
        folds.set(1, new Fold("student", 3, List.of(new Run(0, 8, 11, 2), new Run(0, 6, 7, 1))));
        assertThat(check())
                .containsExactly(
                        "student student folds in Run[partition=0, from=8, to=11, labels=2], there are [6, 8, 10]",
                        "student student folds in Run[partition=0, from=6, to=7, labels=1], there are []");
    }

    @Test
    void check_givenCommitWithoutItsOrder_saysSo() {
        folds.remove(1);
        assertThat(check()).containsExactly("student student has no order of labels 0@[6, 8, 10]");
    }

    @Test
    void check_givenOrderThatBeginsElsewhere_saysSo() {
        folds.set(1, new Fold("student", 2, folds.get(1).runs()));
        assertThat(check())
                .containsExactly("student student folds in %s after 2 labels, where 3 were expected"
                        .formatted(folds.get(1).runs()));
    }

    @Test
    void check_givenFramesInOnePartitionOfTwo_saysSo() {
        assertThat(new Checker(List.of("parcel"), 2, 2, "student").check(log(), replayed))
                .containsExactly("frames are in 1 partitions, expected 2");
    }

    @Test
    void check_givenVersionTwice_saysSo() {
        students.add(3, students.get(2));
        assertThat(check()).containsExactly("student version student/2 comes where 3 was expected");
    }

    @Test
    void check_givenBrokenVersion_saysSo() {
        students.set(2, new Version("student", 2, 2, "hash2", "part 0 after part 0"));
        assertThat(check()).contains("student version student/2: expected sha256 hash2, found part 0 after part 0");
    }

    @Test
    void check_givenVersionRemovedInPart_saysSo() {
        removed.put("student/0", 2);
        removed.put("student/1", 1);
        assertThat(check()).containsExactly("student version student/1: 1 of 2 parts are removed");
    }

    @Test
    void check_givenVersionWithoutDecision_saysSo() {
        promoted.remove(1);
        assertThat(check()).containsExactly("student version student/2 has no decision");
    }

    @Test
    void check_givenDecisionTwice_saysSo() {
        promoted.add(new Decision("student", 2));
        assertThat(check()).containsExactly("student version student/2 was decided twice");
    }

    @Test
    void check_givenPoseOfTheOtherCamera_saysSo() {
        poses.set(3, new Pose(new Place(0, 6), "left", "parcel", new Place(0, 3), false));
        assertThat(check()).containsExactly("pose of parcel 0@6 of frame 0@3 (right, sequence 1) is of camera left");
    }

    @Test
    void stillThere_givenLostPoseAndVersion_saysSo() {
        RunLog along = log();
        poses.remove(3);
        students.set(1, new Version("student", 1, 2, "hash1", "1 of 2 parts"));
        checkpoints.remove(1);
        assertThat(Checker.stillThere(along, along)).isEmpty();
        assertThat(Checker.stillThere(along, log()))
                .containsExactly(
                        "12 poses were seen along the way, and not the same 11 afterwards",
                        "student version student/1 is no longer whole",
                        "the last checkpoint of student student is no longer whole");
    }

    @Test
    void stillThere_givenRemovedVersion_findsNothing() {
        removed.put("student/1", 2);
        RunLog along = log();
        students.remove(1);
        assertThat(Checker.stillThere(along, log())).isEmpty();
    }

    @Test
    void check_givenBrokenLastCheckpoint_saysSo() {
        checkpoints.remove(1);
        assertThat(check()).containsExactly("checkpoint student/1: expected sha256 state1, found part 1 after part -1");
    }

    @Test
    void check_givenDeadLetter_saysSo() {
        deadLetters = 1;
        assertThat(check()).containsExactly("1 dead letters, expected none");
    }

    @Test
    void check_givenUnstableEnd_saysSo() {
        ends.set(0, new End("poses", 0, 20, 24));
        assertThat(check()).containsExactly("poses-0: its end is 24, but only 20 are stable");
    }

    @Test
    void check_givenOffsetBehindTheLastRecord_saysSo() {
        committed.set(0, new Committed("teacher", "frames", 0, 11, 12, 13));
        assertThat(check()).containsExactly("group teacher has committed 11 of frames-0, expected 12 to 13");
    }

    @Test
    void check_givenOpenTransaction_saysSo() {
        transactions.add("teacher-1");
        assertThat(check()).containsExactly("transaction teacher-1 is open");
    }
}
