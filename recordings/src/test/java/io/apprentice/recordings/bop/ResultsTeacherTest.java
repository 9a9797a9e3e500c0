package io.apprentice.recordings.bop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.pose.teacher.TaughtPose;
import io.apprentice.pose.teacher.TeacherView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTeacherTest {

    private static final ObjectModel CAN = ObjectModel.of(
            "can", TriangleMesh.of(new float[] {0, 0, 0, 0.1f, 0, 0, 0, 0.1f, 0.1f}, new int[] {0, 1, 2}));
    private static final ObjectModel CAT = ObjectModel.of("cat", CAN.mesh());
    private static final Map<String, String> OBJECTS = Map.of("can", "models/obj_000005.ply", "cat", "obj_000006.ply");

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    private Path file(String... rows) throws IOException {
        return Files.writeString(
                folder.resolve("megapose.csv"), BopResults.HEADER + "\n" + String.join("\n", rows) + "\n");
    }

    private static String row(int image, int object, double score, double z) {
        return "2,%d,%d,%s,1 0 0 0 1 0 0 0 1,100 -50 %s,-1".formatted(image, object, score, z);
    }

    private static TeacherView view(long sequence, Optional<TeacherView.RecordedImage> recorded) {
        return new TeacherView(
                "left",
                sequence,
                recorded,
                new RgbImage(2, 2, new byte[12]),
                new CameraIntrinsics(500, 500, 1, 1, 2, 2));
    }

    private static Optional<TeacherView.RecordedImage> image(int scene, int image) {
        return Optional.of(new TeacherView.RecordedImage(scene, image));
    }

    @Test
    void estimate_givenSeveralRows_takesTheBestOfItsSceneImageAndObject() throws IOException {
        Path file = file(row(3, 5, 0.4, 900), row(3, 5, 0.8, 1000), row(4, 5, 0.9, 1100), row(3, 6, 0.95, 700));
        try (ResultsTeacher teacher = ResultsTeacher.read(file, OBJECTS, notes::add)) {
            TaughtPose pose = teacher.estimate(view(0, image(2, 3)), CAN).orElseThrow();

            assertThat(pose.confidence()).isEqualTo(0.8);
            assertThat(pose.objectToCamera()
                            .translation()
                            .minus(new Vec3(0.1, -0.05, 1))
                            .norm())
                    .isCloseTo(0, within(1e-12));
            assertThat(teacher.estimate(view(1, image(2, 4)), CAT)).isEmpty();
            assertThat(teacher.id()).isEqualTo("megapose");
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void close_givenFramesWithoutRows_saysOnceWhichAndCountsThem() throws IOException {
        try (ResultsTeacher teacher = ResultsTeacher.read(file(row(3, 5, 1, 900)), OBJECTS, notes::add)) {
            assertThat(teacher.estimate(view(0, image(2, 3)), CAN)).isPresent();
            assertThat(teacher.estimate(view(9, image(1, 3)), CAN)).isEmpty();
            for (int i = 1; i < 4; i++) {
                teacher.estimate(view(i, image(2, 70 + i)), CAN);
            }
            teacher.estimate(view(4, Optional.empty()), CAN);
        }

        assertThat(notes)
                .hasSize(3)
                .anyMatch(note -> note.contains("no row for image 3 of scene 1"))
                .anyMatch(note -> note.contains("camera 'left' carry no scene and image number"))
                .last()
                .asString()
                .contains("1 of 6 frames had a row; 4 had none, 1 had no scene");
    }

    @Test
    void read_givenRowsThatCannotTeach_countsThem() throws IOException {
        String mirrored = "2,3,5,0.5,-1 0 0 0 1 0 0 0 1,0 0 900,-1";
        try (ResultsTeacher teacher =
                ResultsTeacher.read(file(mirrored, row(3, 9, 0.5, 900), row(4, 5, 17, 900)), OBJECTS, notes::add)) {
            assertThat(teacher.estimate(view(0, image(2, 3)), CAN)).isEmpty();
        }
        assertThat(notes)
                .first()
                .asString()
                .contains("1 rows of other objects, 1 whose R is no rotation; 1 scores clipped");
        assertThatThrownBy(() -> ResultsTeacher.read(file(row(3, 9, 1, 900), row(3, 8, 1, 900)), OBJECTS, notes::add))
                .hasMessageContaining("[can, cat]")
                .hasMessageContaining("[8, 9]");
    }
}
