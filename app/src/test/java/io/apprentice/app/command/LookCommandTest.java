package io.apprentice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.lab.ObjectNetworks;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.scene.parcel.Parcel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookCommandTest {

    private static final String BRICK =
            "v 0 0 0\nv 0.1 0 0\nv 0 0.08 0\nv 0 0 0.06\nf 1 2 3\nf 1 2 4\nf 1 3 4\nf 2 3 4\n";

    private static final String TEACHER = "../models/teacher-parcel.safetensors";
    private static final String STUDENT = "../models/student-parcel.safetensors";

    @TempDir
    private Path folder;

    private CommandRun look(String... args) {
        String[] all = new String[args.length + 3];
        all[0] = "look";
        all[1] = "--out";
        all[2] = folder.resolve("look.png").toString();
        System.arraycopy(args, 0, all, 3, args.length);
        return CommandRun.of(folder.resolve("log"), all);
    }

    @Test
    void look_atTheParcel_saysWhereItIsAndDrawsTeacherAndStudent() throws IOException {
        CommandRun answer =
                look("--camera", "synthetic:parcel?seed=7", "--frame", "3", "--teacher", TEACHER, "--student", STUDENT);

        assertThat(answer.text())
                .contains("synthetic, picture 3: 640x480, fx 600")
                .containsPattern("teacher +parcel found, 0\\.\\d\\d m away, \\d{3} pixels wide")
                .containsPattern("student +parcel (found|LOST)");
        assertThat(answer.exit()).isZero();
        BufferedImage picture = ImageIO.read(folder.resolve("look.png").toFile());
        assertThat(picture.getWidth()).isEqualTo(1440);
        assertThat(picture.getHeight()).isGreaterThan(800);
    }

    @Test
    void look_whereNothingIs_saysWhatWasTried() throws IOException {
        BufferedImage grey = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        ImageIO.write(grey, "png", pictures.resolve("0.png").toFile());

        CommandRun answer = look("--camera", "images:" + pictures, "--teacher", TEACHER, "--student", STUDENT);

        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.text())
                .contains(
                        "INTRINSICS ASSUMED", "parcel LOST: nothing looks like it", "for objects of 27 to 320 pixels");
        assertThat(folder.resolve("look.png")).exists();
    }

    @Test
    void look_forAnObjectThatNoNetworkKnows_saysSoAndDrawsTheFrame() throws IOException {
        Path mesh = Files.writeString(folder.resolve("brick.obj"), BRICK);

        CommandRun answer = look("--camera", "synthetic:brick", "--object", "brick=" + mesh);

        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.text()).contains("teacher   none knows [brick] yet: 'apprentice up' fits one first");
        assertThat(folder.resolve("look.png")).exists();
    }

    @Test
    void look_givenMistakes_namesThem() {
        assertThat(look("--camera", "video:no.mp4").text()).contains("no.mp4");
        assertThat(look("--camera", "a=synthetic:parcel", "--camera", "b=synthetic:parcel")
                        .text())
                .contains("look expected one --camera, got 2");
        assertThat(look("--frame", "-1").text()).contains("--frame expected 0 or more, got -1");
    }

    @Test
    void unlike_ofAnotherObjectOfThatName_saysWhichBoxesDiffer() throws IOException {
        ObjectModel other = ObjectModel.of(
                "parcel", TriangleMesh.of(new float[] {0, 0, 0, 0, 0, 0.2f, 0.1f, 0, 0.1f}, new int[] {0, 1, 2}));

        NetworkWeights teacher = NetworkWeights.read(Path.of(TEACHER));

        assertThat(ObjectNetworks.unlike(teacher, List.of(Parcel.model()))).isEmpty();
        assertThat(ObjectNetworks.unlike(teacher, List.of(other)))
                .get()
                .asString()
                .startsWith("fitted on another 'parcel'");
    }
}
