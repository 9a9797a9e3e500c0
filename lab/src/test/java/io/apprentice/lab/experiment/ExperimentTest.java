package io.apprentice.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the demonstration's networks on a short synthetic film: two seconds of eight frames, of which the second half is held out. */
class ExperimentTest {
    private static final int FRAMES = 16;
    private static final Mode FROZEN = Mode.of("frozen");
    private static final Mode LEARNS = Mode.of("distribution:scale-aware");

    private static NetworkWeights teacher;
    private static NetworkWeights student;

    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();

    @BeforeAll
    static void readNetworks() throws IOException {
        TorchRuntime.useThreads(1);
        teacher = NetworkWeights.read(Path.of("../models/teacher-parcel.safetensors"));
        student = NetworkWeights.read(Path.of("../models/student-parcel.safetensors"));
    }

    private static SceneFootage film(OptionalLong shift) {
        return new SceneFootage(Parcel.model(), new SceneSettings(5, 320, 240, 4, shift), FRAMES);
    }

    private Experiment experiment(List<Mode> modes, int stride, int seeds) {
        return new Experiment(
                new Experiment.Options("test", modes, seeds, 2, stride, 1, 2, false, false, Optional.empty(), folder),
                told::add,
                () -> false);
    }

    private FinishedRuns.Row row(String mode, long seed) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("runs.csv"));
        String setting = lines.get(1).split(",", -1)[2];
        return new FinishedRuns(folder, setting)
                .rows().stream()
                        .filter(r -> r.mode().equals(mode) && r.seed() == seed)
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void onFilm_learnsFromNoFrameThatIsHeldOut() throws IOException {
        String table = experiment(List.of(FROZEN, LEARNS), 2, 1).onFilm(film(OptionalLong.empty()), teacher, student);

        FinishedRuns.Row row = row("distribution:scale-aware", 1);
        assertThat(row.get("teacher_calls"))
                .as("every second of the first 4 of 8, two times")
                .isEqualTo(2 * 4);
        assertThat(row.get("steps")).isBetween(1.0, 8.0);
        assertThat(row.get("after_seen_n")).as("unless hidden").isBetween(5.0, 8.0);
        assertThat(row.get("after_held_n")).isBetween(5.0, 8.0);
        FinishedRuns.Row frozen = row("frozen", 1);
        assertThat(frozen.get("teacher_calls")).isZero();
        assertThat(frozen.get("after_seen_add10")).isEqualTo(frozen.get("first_seen_add10"));
        assertThat(table).contains("| `frozen` | 1 |", "| `distribution:scale-aware` | 1 |", "| teacher |");
        assertThat(folder).isDirectoryContaining(p -> p.endsWith("curves.png"));
        assertThat(folder).isDirectoryContaining(p -> p.endsWith("boxes.png"));
        assertThat(folder).isDirectoryContaining(p -> p.endsWith("clouds.png"));
    }

    @Test
    void onFilm_givenAllDone_repeatsNothingAndSaysTheSame() throws IOException {
        String first = experiment(List.of(LEARNS), 4, 2).onFilm(film(OptionalLong.empty()), teacher, student);
        byte[] runs = Files.readAllBytes(folder.resolve("runs.csv"));
        byte[] curves = Files.readAllBytes(folder.resolve("curves.csv"));

        String second = experiment(List.of(LEARNS), 4, 2).onFilm(film(OptionalLong.empty()), teacher, student);

        assertThat(Files.readAllBytes(folder.resolve("runs.csv"))).isEqualTo(runs);
        assertThat(Files.readAllBytes(folder.resolve("curves.csv"))).isEqualTo(curves);
        assertThat(second).isEqualTo(first);
        assertThatThrownBy(() -> experiment(List.of(LEARNS), 2, 2).onFilm(film(OptionalLong.empty()), teacher, student))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("runs.csv: holds runs of another setting")
                .hasMessageContaining("stride 4");
    }

    @Test
    void onFilm_givenSameSeed_teachesTheSameBits() throws IOException {
        experiment(List.of(LEARNS), 4, 1).onFilm(film(OptionalLong.empty()), teacher, student);
        Path last = folder.resolve("students/distribution-scale-aware-1.safetensors");
        String sha256 = NetworkWeights.read(last).sha256();
        Files.delete(folder.resolve("runs.csv"));

        experiment(List.of(LEARNS), 4, 1).onFilm(film(OptionalLong.empty()), teacher, student);

        assertThat(NetworkWeights.read(last).sha256()).isEqualTo(sha256).isNotEqualTo(student.sha256());
    }

    @Test
    void onShift_givenUntilShift_learnsNothingAfterIt() throws IOException {
        Mode until = Mode.of("none/until-shift");

        experiment(List.of(until, Mode.of("none")), 2, 1)
                .onShift(seed -> film(OptionalLong.of(10)), 10, Optional.empty(), teacher, student);

        assertThat(row("none/until-shift", 1).get("teacher_calls")).isEqualTo(5);
        assertThat(row("none", 1).get("teacher_calls")).isEqualTo(8);
        assertThat(row("none", 1).get("before_seen_n")).as("unless hidden").isBetween(6.0, 10.0);
        assertThat(row("none", 1).get("fall_seen_n")).isBetween(3.0, 6.0);
    }

    @Test
    void onShift_givenTeacherThatGoesWrong_isRightUntilThen() throws IOException {
        experiment(List.of(FROZEN), 2, 1)
                .onShift(seed -> film(OptionalLong.empty()), 10, Optional.of(TeacherError.TURNED), teacher, student);

        assertThat(row("frozen", 1).get("before_seen_teacher_add10")).isGreaterThan(0.5);
        assertThat(row("frozen", 1).get("fall_seen_teacher_add10")).isZero();
    }

    @Test
    void teacherAnswers_givenLateTeacher_areThoseOfFiveSecondsAgo() throws IOException {
        SceneFootage film =
                new SceneFootage(Parcel.model(), new SceneSettings(5, 320, 240, 1, OptionalLong.empty()), 8);
        TeacherAnswers right =
                TeacherAnswers.of(film, teacher, TeacherAnswers.Refinement.NONE, folder.resolve("t.bin"), i -> {});

        TeacherAnswers late = right.wrong(TeacherError.LATE, 4, film);

        assertThat(late.get(3)).isSameAs(right.get(3));
        assertThat(late.get(4)).isSameAs(right.get(0));
        assertThat(late.get(7)).isSameAs(right.get(2));
    }

    @Test
    void onFilm_givenStop_dropsTheRun() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Experiment stopped = new Experiment(
                new Experiment.Options("test", List.of(LEARNS), 1, 1, 1, 1, 2, false, false, Optional.empty(), folder),
                told::add,
                () -> asked.incrementAndGet() > FRAMES + 5); // in the run, after the teacher's answers

        String table = stopped.onFilm(film(OptionalLong.empty()), teacher, student);

        assertThat(table).doesNotContain("distribution");
        assertThat(told).containsExactly("1 of 1 runs are left; run the same command again to go on");
        assertThat(folder).isDirectoryContaining(p -> p.toString().endsWith(".bin"));
        assertThat(folder.resolve("runs.csv")).doesNotExist();
    }

    @Test
    void onFilm_givenStopMidway_keepsAndShowsWhatIsDone() throws IOException {
        int[] asked = {0};
        // stop is asked for once per frame: within the second run
        Experiment stopped = new Experiment(
                new Experiment.Options(
                        "test", List.of(FROZEN, LEARNS), 1, 1, 8, 1, 2, false, false, Optional.empty(), folder),
                told::add,
                () -> ++asked[0] > 2 * FRAMES + 6);

        String table = stopped.onFilm(film(OptionalLong.empty()), teacher, student);

        assertThat(table).contains("`frozen`").doesNotContain("distribution");
        assertThat(told).contains("1 of 2 runs are left; run the same command again to go on");
        assertThat(folder.resolve("curves.png")).exists();
    }

    @Test
    void teacherAnswers_givenFile_areReadAndNotMadeAgain() throws IOException {
        Path file = folder.resolve("teacher.bin");
        TeacherAnswers made =
                TeacherAnswers.of(film(OptionalLong.empty()), teacher, TeacherAnswers.Refinement.NONE, file, i -> {});

        TeacherAnswers read = TeacherAnswers.of(new Unshown(), teacher, TeacherAnswers.Refinement.NONE, file, i -> {});

        assertThat(read.get(3).objectToCamera()).isEqualTo(made.get(3).objectToCamera());
        assertThat(read.get(3).predictions().points())
                .isEqualTo(made.get(3).predictions().points());
        assertThat(read.get(3).quality()).isEqualTo(made.get(3).quality());
        assertThat(read.get(3).foreground().orElseThrow().probabilities())
                .isEqualTo(made.get(3).foreground().orElseThrow().probabilities());
        Files.write(file, new byte[] {1, 2, 3, 4});
        assertThatThrownBy(
                        () -> TeacherAnswers.of(new Unshown(), teacher, TeacherAnswers.Refinement.NONE, file, i -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("teacher.bin: not the answers of a teacher");
    }

    @Test
    void refinedLabels_givenPictureOfTheObject_areNearerToTheTruthOrAsTheyWere() throws IOException {
        SceneFootage film = film(OptionalLong.empty());
        TeacherAnswers plain =
                TeacherAnswers.of(film, teacher, TeacherAnswers.Refinement.NONE, folder.resolve("plain.bin"), i -> {});
        TeacherAnswers refined = TeacherAnswers.of(
                film,
                teacher,
                TeacherAnswers.Refinement.byAppearance(film.object()),
                folder.resolve("refined.bin"),
                i -> {});

        int before = 0;
        int after = 0;
        for (int i = 0; i < FRAMES; i++) {
            PoseMatrix truth = film.truth(i).orElse(null);
            if (truth != null) {
                before += Scores.of(film.object(), film.camera(), plain.get(i).objectToCamera(), truth)
                        .twentieth();
                after += Scores.of(film.object(), film.camera(), refined.get(i).objectToCamera(), truth)
                        .twentieth();
            }
        }
        assertThat(after).isGreaterThanOrEqualTo(before).isPositive();
    }

    @Test
    void stop_midway_endsTheRun() {
        assertThatThrownBy(() -> new StudentTrial(
                                film(OptionalLong.empty()),
                                TeacherAnswers.of(
                                        film(OptionalLong.empty()),
                                        teacher,
                                        TeacherAnswers.Refinement.NONE,
                                        folder.resolve("t.bin"),
                                        i -> {}),
                                new Schedule(
                                        1,
                                        false,
                                        1,
                                        1,
                                        1,
                                        false,
                                        false,
                                        OptionalInt.empty(),
                                        Optional.empty(),
                                        List.of(),
                                        1),
                                LEARNS)
                        .run(student, 1, done -> {
                            throw new CancellationException("stopped");
                        }))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void mode_givenUnknown_saysWhichThereAre() {
        assertThatThrownBy(() -> Mode.of("distribution"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("distribution:official")
                .hasMessageContaining("got 'distribution'");
        assertThat(Mode.of("pairwise/until-shift").is(Mode.Variant.UNTIL_SHIFT)).isTrue();
        assertThat(Mode.of("frozen").learns()).isFalse();
    }

    /** A film that nobody may look at. */
    private static final class Unshown implements Footage {
        @Override
        public ObjectModel object() {
            return Parcel.model();
        }

        @Override
        public CameraIntrinsics camera() {
            return new CameraIntrinsics(1, 1, 0, 0, 1, 1);
        }

        @Override
        public int frames() {
            return FRAMES;
        }

        @Override
        public double framesPerSecond() {
            return 4;
        }

        @Override
        public Optional<PoseMatrix> truth(int frame) {
            return Optional.empty();
        }

        @Override
        public String id() {
            return "unshown";
        }

        @Override
        public Reel open() {
            throw new AssertionError("shown");
        }
    }
}
