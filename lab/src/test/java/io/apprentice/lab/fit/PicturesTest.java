package io.apprentice.lab.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.lab.UserError;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TruePose;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
    static final ObjectModel PARCEL =
            ObjectModel.of("obj_000001", Parcel.model().mesh());
    private static final int WIDTH = 160;

    @TempDir
    private Path folder;

    /** A BOP scene of three images that the synthetic camera took of the {@link #PARCEL}. */
    static Path scene(Path folder) throws IOException {
        SyntheticCamera camera =
                new SyntheticCamera(List.of(PARCEL), new SceneSettings(4, WIDTH, 120, 15, OptionalLong.empty()));
        Files.createDirectories(folder.resolve("rgb"));
        List<String> cameras = new ArrayList<>();
        List<String> truths = new ArrayList<>();
        for (int image = 0; image < 3; image++) {
            SyntheticFrame frame = camera.frame(40L * image);
            Files.write(folder.resolve("rgb/%06d.png".formatted(image)), ImageCodec.encodePng(frame.image()));
            CameraIntrinsics k = frame.intrinsics();
            cameras.add("\"%d\": {\"cam_K\": [%s, 0, %s, 0, %s, %s, 0, 0, 1]}"
                    .formatted(image, k.fx(), k.cx(), k.fy(), k.cy()));
            TruePose truth = frame.truth().get(0);
            Vec3 mm = truth.objectToCamera().translation().times(1000);
            String rotation = Arrays.toString(truth.objectToCamera().rotation().matrix());
            truths.add("\"%d\": [{\"obj_id\": 1, \"cam_R_m2c\": %s, \"cam_t_m2c\": [%s, %s, %s]}]"
                    .formatted(image, rotation, mm.x(), mm.y(), mm.z()));
        }
        Files.writeString(folder.resolve("scene_camera.json"), "{" + String.join(",", cameras) + "}");
        Files.writeString(folder.resolve("scene_gt.json"), "{" + String.join(",", truths) + "}");
        return folder;
    }

    @Test
    void crops_givenShare_comeFromTheScenesEvenly() throws IOException {
        Path scene = scene(folder.resolve("train/000001"));
        for (double share : new double[] {0.25, 0.5, 1}) {
            LongFunction<TrainingCrop> crops =
                    new Pictures(CropSettings.DEFAULT, List.of(scene), share).crops(List.of(PARCEL), 64, 1);
            for (long batch : new long[] {0, 3}) {
                long cut = LongStream.range(8 * batch, 8 * batch + 8)
                        .filter(i -> crops.apply(i).frameIntrinsics().width() == WIDTH)
                        .count();
                assertThat(cut).isEqualTo((long) (8 * share));
            }
        }
    }

    @Test
    void crops_givenAnObjectThatNothingShows_areRefused() throws IOException {
        Path scene = scene(folder.resolve("train/000001"));
        List<ObjectModel> objects = List.of(PARCEL, ObjectModel.of("obj_000002", PARCEL.mesh()));
        assertThatThrownBy(() -> new Pictures(CropSettings.DEFAULT, List.of(scene), 1).crops(objects, 64, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll(scene.toString(), "[obj_000002]");
        assertThat(new Pictures(CropSettings.DEFAULT, List.of(scene), 0.9).crops(objects, 64, 1))
                .isNotNull();
    }

    @Test
    void text_tellsWhatTheCropsShow() throws IOException {
        Path scene = folder.resolve("train/000001");
        assertThat(Pictures.rendered(CropSettings.DEFAULT).text())
                .isEqualTo("100 % crops rendered by this project from the objects' meshes, domain-randomised,"
                        + " no photographs, no labels");
        CropSettings before = new CropSettings(CropSettings.Views.UPPER, 0.1, Optional.of(Path.of("photos")));
        assertThat(new Pictures(before, List.of(scene), 0.25).text())
                .isEqualTo("25 % crops of the images of the BOP scenes [" + scene + "] at their ground truth;"
                        + " 75 % crops rendered by this project from the objects' meshes, domain-randomised,"
                        + " most among pictures of photos");
        assertThat(new Pictures(before, List.of(scene), 1).text()).doesNotContain("rendered");
    }

    @Test
    void pictures_givenShareThatDoesNotFit_isRefused() {
        for (double share : new double[] {0, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> new Pictures(CropSettings.DEFAULT, List.of(folder), share))
                    .isInstanceOf(UserError.class)
                    .hasMessageContainingAll("--bop-share", Double.toString(share));
        }
    }
}
