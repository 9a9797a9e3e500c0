package io.apprentice.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.ObjectModels;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.recordings.bop.BopImage;
import io.apprentice.recordings.bop.BopPose;
import io.apprentice.recordings.bop.BopScene;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.scene.render.Light;
import io.apprentice.scene.render.Renderer;
import io.apprentice.testing.ExampleData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneCropsTest {
    private static final int SIZE = 64;
    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(300, 310, 161.5, 118.25, 320, 240);
    private static final Light LIGHT =
            new Light(new Vec3(0.3, -1, -1), new Vec3(0.6, 0.6, 0.6), new Vec3(0.4, 0.4, 0.4));

    /** The parcel, which looks the same after half a turn about its z, as far as the fit is to know. */
    private static final ObjectModel BEHIND = ObjectModel.of(
            "obj_000001",
            Parcel.model().mesh(),
            new SymmetryGroup(List.of(new Se3(Quaternion.about(new Vec3(0, 0, 1), Math.PI), Vec3.ZERO)), List.of()));

    private static final ObjectModel BEFORE =
            ObjectModel.of("obj_000002", Parcel.model().mesh().scaled(0.4));
    private static final Se3 BEHIND_TO_CAMERA =
            new Se3(Quaternion.about(new Vec3(1, 0.3, 2), 2.2), new Vec3(0.05, 0.01, 0.9));
    private static final Se3 BEFORE_TO_CAMERA =
            new Se3(Quaternion.about(new Vec3(0, 1, 1), -1.1), new Vec3(-0.01, -0.02, 0.6));

    @TempDir
    private Path dataset;

    /** What of each object is seen in image 3, frame pixels, 0 or 1. */
    private final byte[] behindSeen = new byte[CAMERA.width() * CAMERA.height()];

    private final byte[] beforeSeen = new byte[CAMERA.width() * CAMERA.height()];
    private RgbImage picture;

    /** Image 3 shows both objects and one without a mesh; in image 10 next to nothing is seen of the one there. */
    private Path scene() throws IOException {
        Path scene = Files.createDirectories(dataset.resolve("train/000001"));
        Renderer renderer = new Renderer(CAMERA.width(), CAMERA.height());
        renderer.begin(CAMERA, Se3.IDENTITY, LIGHT);
        renderer.draw(BEHIND.mesh(), BEHIND_TO_CAMERA, 1);
        renderer.draw(BEFORE.mesh(), BEFORE_TO_CAMERA, 2);
        picture = RgbImage.black(CAMERA.width(), CAMERA.height());
        renderer.resolve(picture.rgb(), 0x3060A0);
        renderer.surface(1, BEHIND_TO_CAMERA, behindSeen, new float[3 * behindSeen.length]);
        renderer.surface(2, BEFORE_TO_CAMERA, beforeSeen, new float[3 * beforeSeen.length]);
        double behindShare = (double) renderer.visibleSamples(1) / renderer.silhouette(BEHIND.mesh(), BEHIND_TO_CAMERA);
        Files.createDirectories(scene.resolve("rgb"));
        for (int image : List.of(3, 10)) {
            Files.write(scene.resolve("rgb/%06d.png".formatted(image)), ImageCodec.encodePng(picture));
        }
        String camera = String.format(
                Locale.ROOT,
                "{\"cam_K\": [%s, 0, %s, 0, %s, %s, 0, 0, 1]}",
                CAMERA.fx(),
                CAMERA.cx(),
                CAMERA.fy(),
                CAMERA.cy());
        Files.writeString(scene.resolve("scene_camera.json"), "{\"3\": %s, \"10\": %s}".formatted(camera, camera));
        Files.writeString(
                scene.resolve("scene_gt.json"),
                "{\"3\": [%s, %s, %s], \"10\": [%s]}"
                        .formatted(
                                entry(2, BEFORE_TO_CAMERA),
                                entry(1, BEHIND_TO_CAMERA),
                                entry(7, BEFORE_TO_CAMERA),
                                entry(1, BEFORE_TO_CAMERA)));
        seen(scene, behindShare);
        return scene;
    }

    /** How much is said to be seen of the object behind. */
    private static void seen(Path scene, double behindShare) throws IOException {
        Files.writeString(
                scene.resolve("scene_gt_info.json"),
                "{\"3\": [{\"visib_fract\": 1}, {\"visib_fract\": %s}, {\"visib_fract\": 1}], \"10\": [{\"visib_fract\": 0.05}]}"
                        .formatted(behindShare));
    }

    private static String entry(int number, Se3 pose) {
        Vec3 mm = pose.translation().times(1000);
        return "{\"obj_id\": %d, \"cam_R_m2c\": %s, \"cam_t_m2c\": [%s, %s, %s]}"
                .formatted(number, Arrays.toString(pose.rotation().matrix()), mm.x(), mm.y(), mm.z());
    }

    private static SceneCrops crops(Path scene, ObjectModel... objects) throws IOException {
        return new SceneCrops(List.of(scene), List.of(objects), SIZE, 0.1, 11);
    }

    @Test
    void crop_givenSeveralThreads_isTheSameAsFromOne() throws IOException {
        Path scene = scene();
        SceneCrops crops = crops(scene, BEHIND, BEFORE);
        List<byte[]> parallel = IntStream.range(0, 24)
                .parallel()
                .mapToObj(i -> crops.crop(i).rgb())
                .toList();
        SceneCrops again = crops(scene, BEHIND, BEFORE);
        for (int i = 23; i >= 0; i--) {
            assertThat(again.crop(i).rgb()).isEqualTo(parallel.get(i));
        }
        assertThat(parallel.stream().map(Arrays::hashCode)).doesNotHaveDuplicates();
    }

    @Test
    void crop_givenOneObjectBeforeAnother_tellsWhatIsSeenOfEach() throws IOException {
        SceneCrops crops = crops(scene(), BEHIND, BEFORE);
        int[] ofClass = new int[2];
        double likeness = 0;
        for (int index = 0; index < 40; index++) {
            TrainingCrop crop = crops.crop(index);
            boolean behind = crop.classIndex() == 0;
            ofClass[crop.classIndex()]++;
            Affine2 back = crop.frameToCrop().inverse();
            int differ = 0;
            for (int i = 0; i < SIZE * SIZE; i++) {
                int x = (int) Math.rint(back.u(i % SIZE, Math.floorDiv(i, SIZE)));
                int y = (int) Math.rint(back.v(i % SIZE, Math.floorDiv(i, SIZE)));
                boolean inside = x >= 0 && y >= 0 && x < CAMERA.width() && y < CAMERA.height();
                int pixel = y * CAMERA.width() + x;
                int one = inside ? (behind ? behindSeen : beforeSeen)[pixel] : 0;
                int other = inside ? (behind ? beforeSeen : behindSeen)[pixel] : 0;
                differ += crop.mask()[i] == one + 2 * other ? 0 : 1;
            }
            assertThat(differ).as("pixels at edges").isLessThan(SIZE * SIZE / 20);
            assertThat(crop.mask()).contains((byte) 1);
            assertThat(crop.frameIntrinsics()).isEqualTo(CAMERA);
            likeness += likeness(crop) / 40;
            Se3 truth = behind ? BEHIND.symmetries().canonical(BEHIND_TO_CAMERA) : BEFORE_TO_CAMERA;
            assertThat(crop.objectToCamera().rotation().angleTo(truth.rotation()))
                    .isLessThan(1e-9);
            assertThat(crop.objectToCamera()
                            .translation()
                            .minus(truth.translation())
                            .norm())
                    .isLessThan(1e-12);
        }
        assertThat(ofClass[0]).isBetween(10, 30);
        assertThat(likeness).as("what lens and sensor leave").isGreaterThan(0.8);
    }

    /** Correlation of the crop's brightness with that of the picture cut out as the crop says. */
    private double likeness(TrainingCrop crop) {
        byte[] plain = new byte[3 * SIZE * SIZE];
        CropWarp.warp(picture, crop.frameToCrop(), SIZE, plain, 0);
        double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
        int n = SIZE * SIZE;
        for (int i = 0; i < n; i++) {
            double p = (plain[3 * i] & 255) + (plain[3 * i + 1] & 255) + (plain[3 * i + 2] & 255);
            double q = (crop.rgb()[3 * i] & 255) + (crop.rgb()[3 * i + 1] & 255) + (crop.rgb()[3 * i + 2] & 255);
            a += p / n;
            b += q / n;
            aa += p * p / n;
            bb += q * q / n;
            ab += p * q / n;
        }
        return (ab - a * b) / Math.sqrt((aa - a * a) * (bb - b * b));
    }

    @Test
    void crop_givenAnyIndex_hasSurfacePointsThatProjectToTheirPixels() throws IOException {
        SceneCrops crops = crops(scene(), BEHIND, BEFORE);
        int n = SIZE * SIZE;
        for (int index = 0; index < 20; index++) {
            TrainingCrop crop = crops.crop(index);
            CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), SIZE);
            for (int i = 0; i < n; i++) {
                assertThat(Float.isNaN(crop.surface()[2 * n + i])).isEqualTo(crop.mask()[i] != 1);
                if (crop.mask()[i] == 1) {
                    Vec3 point = crop.objectToCamera()
                            .transform(new Vec3(crop.surface()[i], crop.surface()[n + i], crop.surface()[2 * n + i]));
                    assertThat(camera.projectX(point)).isCloseTo(i % SIZE, within(0.51));
                    assertThat(camera.projectY(point)).isCloseTo(Math.floorDiv(i, SIZE), within(0.51));
                }
            }
        }
    }

    @Test
    void crop_givenPublishedMask_isNotSeenWhereThatIsBlack() throws IOException {
        Path scene = scene();
        SceneCrops crops = crops(scene, BEHIND, BEFORE);
        long index = LongStream.range(0, 20)
                .filter(i -> crops.crop(i).classIndex() == 0)
                .findFirst()
                .orElseThrow();
        TrainingCrop whole = crops.crop(index);
        seen(scene, 0.2);
        assertThat(crops(scene, BEHIND, BEFORE).crop(index).classIndex())
                .as("hidden by what nobody knows")
                .isEqualTo(1);
        RgbImage published = RgbImage.black(CAMERA.width(), CAMERA.height());
        for (int y = 0; y < CAMERA.height(); y++) {
            int row = 3 * y * CAMERA.width();
            Arrays.fill(published.rgb(), row, row + 3 * 180, (byte) 255);
        }
        Files.createDirectories(scene.resolve("mask_visib"));
        Files.write(scene.resolve("mask_visib/000003_000001.png"), ImageCodec.encodePng(published));
        TrainingCrop bare = crops(scene, BEHIND, BEFORE).crop(index);
        assertThat(bare.rgb()).isEqualTo(whole.rgb());
        int hidden = 0;
        for (int i = 0; i < SIZE * SIZE; i++) {
            boolean black = Math.rint(bare.frameToCrop().inverse().u(i % SIZE, 0)) >= 180;
            assertThat(bare.mask()[i] == 1).isEqualTo(whole.mask()[i] == 1 && !black);
            assertThat(Float.isNaN(bare.surface()[i])).isEqualTo(bare.mask()[i] != 1);
            hidden += whole.mask()[i] == bare.mask()[i] ? 0 : 1;
        }
        assertThat(hidden).isPositive();
    }

    @Test
    void crops_givenScenesOfNoUse_nameTheFolderAndWhatIsExpected() throws IOException {
        Path scene = scene();
        assertThatThrownBy(() -> crops(dataset.resolve("train/000009"), BEHIND))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("000009", "BOP scene");
        ObjectModel unknown = ObjectModel.of("parcel", BEHIND.mesh());
        assertThatThrownBy(() -> crops(scene, unknown))
                .isInstanceOf(IOException.class)
                .hasMessage(scene + ": expected scene_gt.json with poses of [parcel], visible to a tenth or more,"
                        + " found poses of [obj_000001, obj_000002, obj_000007]");
        SceneCrops crops = crops(scene, BEHIND, BEFORE);
        Files.writeString(scene.resolve("rgb/000003.png"), "no picture");
        assertThatThrownBy(() -> crops.crop(0))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("000003.png");
        Files.delete(scene.resolve("scene_gt.json"));
        assertThatThrownBy(() -> crops(scene, BEHIND, BEFORE))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(scene.toString(), "scene_gt.json", "found poses of []");
    }

    /** Two of the objects are trained; the others hide them all the same. */
    @Test
    void crop_givenLinemodOccluded_isSeenAsFarAsPublished() throws IOException {
        Path folder = ExampleData.path("lmo").resolve("test/000002");
        BopScene scene = BopScene.read(folder);
        List<ObjectModel> objects = new ArrayList<>();
        for (int number : List.of(1, 9)) {
            Path mesh = BopModels.file(scene.modelsDirectory(), number);
            objects.add(ObjectModels.load(BopModels.name(number), mesh.toString()));
        }
        SceneCrops crops = new SceneCrops(List.of(folder), objects, 128, 0, 3);
        Renderer renderer = new Renderer(128, 128);
        int hidden = 0;
        for (int index = 0; index < 60; index++) {
            TrainingCrop crop = crops.crop(index);
            ObjectModel object = objects.get(crop.classIndex());
            CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), 128);
            renderer.begin(camera, Se3.IDENTITY, LIGHT);
            renderer.draw(object.mesh(), crop.objectToCamera(), 0);
            byte[] silhouette = new byte[128 * 128];
            renderer.surface(0, crop.objectToCamera(), silhouette, new float[3 * 128 * 128]);
            int whole = 0;
            int seen = 0;
            for (int i = 0; i < silhouette.length; i++) {
                whole += silhouette[i];
                seen += crop.mask()[i] == 1 ? 1 : 0;
            }
            double published = visibleFraction(scene, object, crop.objectToCamera());
            assertThat((double) seen / whole)
                    .as("%s in crop %d", object.id(), index)
                    .isBetween(published - 0.1, published + 0.12);
            hidden += published < 0.7 ? 1 : 0;
        }
        assertThat(hidden).isGreaterThan(4);
    }

    private static double visibleFraction(BopScene scene, ObjectModel object, Se3 objectToCamera) {
        List<BopPose> same = scene.images().stream()
                .map(BopImage::truth)
                .flatMap(List::stream)
                .filter(pose -> BopModels.name(pose.objectId()).equals(object.id()))
                .filter(pose -> object.symmetries()
                        .canonical(pose.objectToCamera())
                        .translation()
                        .equals(objectToCamera.translation()))
                .collect(Collectors.toList());
        assertThat(same).hasSize(1);
        return same.get(0).visibleFraction();
    }
}
