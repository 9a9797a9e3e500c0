package io.apprentice.recordings.bop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.BopModel;
import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.testing.ExampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BopSceneTest {

    private static final String QUARTER_TURN_ABOUT_Z = "[0, -1, 0, 1, 0, 0, 0, 0, 1]";

    @TempDir
    Path dataset;

    private Path scene() throws IOException {
        Path scene = Files.createDirectories(dataset.resolve("test/000007"));
        Files.createDirectories(scene.resolve("rgb"));
        for (String name : new String[] {"000010.png", "000002.jpg", "notes.txt"}) {
            Files.write(scene.resolve("rgb").resolve(name), new byte[0]);
        }
        Files.writeString(scene.resolve("scene_camera.json"), """
                {"2": {"cam_K": [500, 0, 320.5, 0, 501, 240.5, 0, 0, 1], "depth_scale": 1.0},
                 "10": {"cam_K": [600, 0, 310, 0, 601, 230, 0, 0, 1]}}""");
        Files.writeString(scene.resolve("scene_gt.json"), """
                {"2": [{"obj_id": 5, "cam_R_m2c": %s, "cam_t_m2c": [10, -20, 1000]},
                       {"obj_id": 1, "cam_R_m2c": %s, "cam_t_m2c": [0, 0, 500]}]}""".formatted(QUARTER_TURN_ABOUT_Z, QUARTER_TURN_ABOUT_Z));
        Files.writeString(
                scene.resolve("scene_gt_info.json"), "{\"2\": [{\"visib_fract\": 0.25}, {\"visib_fract\": 1.0}]}");
        return scene;
    }

    @Test
    void read_givenScene_returnsImagesInOrderWithCamerasAndTruthInMetres() throws IOException {
        BopScene scene = BopScene.read(scene());

        assertThat(scene.images()).extracting(BopImage::number).containsExactly(2, 10);
        assertThat(scene.objectIds()).containsExactly(1, 5);
        assertThat(scene.number()).contains(7);
        BopImage image = scene.images().get(0);
        assertThat(image.file()).hasFileName("000002.jpg");
        assertThat(image.intrinsics(640, 480)).isEqualTo(new CameraIntrinsics(500, 501, 320.5, 240.5, 640, 480));
        BopPose pose = image.truth().get(0);
        assertThat(pose.objectId()).isEqualTo(5);
        assertThat(pose.visibleFraction()).isEqualTo(0.25);
        assertThat(pose.objectToCamera().translation()).isEqualTo(new Vec3(0.01, -0.02, 1));
        assertThat(pose.objectToCamera().rotation().angleTo(Quaternion.about(new Vec3(0, 0, 1), Math.PI / 2)))
                .isCloseTo(0, within(1e-9));
        assertThat(scene.images().get(1).truth()).isEmpty();
    }

    @Test
    void read_givenBrokenScenes_namesFilePlaceAndExpectation() throws IOException {
        Path scene = scene();
        assertThatThrownBy(() -> BopScene.read(dataset.resolve("nowhere")))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("nowhere", "BOP scene");
        Files.writeString(scene.resolve("scene_camera.json"), "{\"2\": {}, \"10\": {}}");
        assertThatThrownBy(() -> BopScene.read(scene))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("scene_camera.json", "/2", "cam_K");
        Files.writeString(scene.resolve("scene_gt.json"), "{\"2\": [{\"obj_id\": 1, \"cam_R_m2c\": [1");
        assertThatThrownBy(() -> BopScene.read(scene))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("scene_gt.json", "JSON");
        Files.writeString(
                scene.resolve("scene_gt.json"),
                "{\"2\": [{\"obj_id\": 1, \"cam_R_m2c\": [1, 0, 0, 0, 1, 0, 0, 0, -1], \"cam_t_m2c\": [0, 0, 1]}]}");
        assertThatThrownBy(() -> BopScene.read(scene))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("scene_gt.json", "/2/0", "rotation matrix");
    }

    @Test
    void groundTruth_givenLowCorrelation_isNotTrusted() throws IOException {
        Path file = Files.writeString(
                dataset.resolve("scene_gt.json"), """
                {"0": [{"obj_id": 1, "cam_R_m2c": %s, "cam_t_m2c": [0, 0, 500], "zncc": 0.6}],
                 "1": [{"obj_id": 1, "cam_R_m2c": %s, "cam_t_m2c": [0, 0, 500], "zncc": 0.61}]}""".formatted(QUARTER_TURN_ABOUT_Z, QUARTER_TURN_ABOUT_Z));

        assertThat(BopGroundTruth.read(file).get(0)).isEmpty();
        assertThat(BopGroundTruth.read(file).get(1)).hasSize(1);
    }

    @Test
    void models_givenInfo_returnMetresAndSymmetries() throws IOException {
        Path models = Files.createDirectories(dataset.resolve("models"));
        Files.writeString(models.resolve("models_info.json"), """
                {"3": {"diameter": 250.0,
                  "symmetries_discrete": [[-1, 0, 0, 40, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
                  "symmetries_continuous": [{"axis": [0, 0, 2], "offset": [0, 0, 100]}]}}""");
        assertThatThrownBy(() -> BopModels.read(models))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("obj_000003.ply");
        Files.write(models.resolve("obj_000003.ply"), new byte[0]);

        BopModel model = BopModels.read(models).get(3);
        assertThat(model.diameter()).isCloseTo(0.25, within(1e-12));
        assertThat(model.symmetries().isSymmetric()).isTrue();
        assertThat(model.symmetries().discrete().get(0).translation()).isEqualTo(new Vec3(0.04, 0, 0));
        assertThat(model.symmetries().continuous())
                .containsExactly(new SymmetryGroup.Axis(new Vec3(0, 0, 1), new Vec3(0, 0, 0.1)));
        assertThat(BopScene.read(scene()).modelsDirectory()).isEqualTo(models.toAbsolutePath());
    }

    @Test
    void read_givenLinemodOccluded_returnsItsHundredImages() throws IOException {
        Path lmo = ExampleData.path("lmo");

        BopScene scene = BopScene.read(lmo.resolve("test/000002"));

        assertThat(scene.images()).hasSize(100);
        assertThat(scene.objectIds()).containsExactly(1, 5, 6, 8, 9, 10, 11, 12);
        assertThat(BopModels.read(scene.modelsDirectory()).values().stream()
                        .filter(model -> model.symmetries().isSymmetric())
                        .map(BopModel::id))
                .containsExactly(10, 11);
        assertThat(BopModels.read(scene.modelsDirectory()).get(1).diameter()).isCloseTo(0.102099, within(1e-9));
    }
}
