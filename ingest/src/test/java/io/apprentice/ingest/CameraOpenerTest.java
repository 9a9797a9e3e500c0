package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.ingest.pace.Rate;
import io.apprentice.ingest.push.PushSettings;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.Exif;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.ImageHeader;
import io.apprentice.pose.image.Orientation;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.RecordedImage;
import io.apprentice.testing.ExampleData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraOpenerTest {

    private static final Map<String, String> PARCEL = Map.of("parcel", "builtin:parcel");
    private static final String TRUTH = """
            {"1": [{"obj_id": 1, "cam_R_m2c": [1, 0, 0, 0, 1, 0, 0, 0, 1], "cam_t_m2c": [0, 0, 500]}]}""";

    @TempDir
    Path folder;

    private static Camera open(String spec, Path intrinsics, Map<String, String> objects) throws IOException {
        IngestSettings settings = new IngestSettings(
                List.of(CameraSpec.parse(spec)),
                Rate.MAX,
                false,
                intrinsics,
                16,
                ImageSettings.DEFAULTS,
                SyntheticSettings.DEFAULTS,
                PushSettings.DEFAULTS);
        return new CameraOpener(settings.cameras().get(0), settings, objects, Optional.empty()).open();
    }

    private static List<Capture> all(String spec, Map<String, String> objects) throws IOException {
        List<Capture> captures = new ArrayList<>();
        try (Camera camera = open(spec, Path.of(""), objects)) {
            Capture capture = camera.next();
            while (!(capture instanceof Capture.End)) {
                captures.add(capture);
                capture = camera.next();
            }
        }
        return captures;
    }

    private static Capture.Image image(Capture capture) {
        assertThat(capture).isInstanceOf(Capture.Image.class);
        return (Capture.Image) capture;
    }

    @Test
    void video_givenFile_givesEveryFrameInOrderWithTruthAndIntrinsicsFromBeside() throws IOException {
        Path file = TestVideo.write(folder.resolve("clip.mp4"), 12);
        Files.writeString(folder.resolve("scene_gt.json"), TRUTH);
        Files.writeString(folder.resolve("camera.json"), "{\"fx\": 60, \"fy\": 61, \"cx\": 32, \"cy\": 24}");

        List<Capture> captures = all("video:" + file, PARCEL);

        assertThat(captures).hasSize(12);
        for (int n = 0; n < 12; n++) {
            Capture.Image image = image(captures.get(n));
            RgbImage decoded = ImageCodec.decode(image.bytes());
            assertThat(decoded.width()).isEqualTo(TestVideo.WIDTH);
            // two lossy codecs in a row on a plain grey: a step is 5
            assertThat(decoded.rgb()[0] & 0xFF).isCloseTo(TestVideo.brightness(n), within(2));
            assertThat(image.intrinsics()).isEqualTo(new CameraIntrinsics(60, 61, 32, 24, 64, 48));
            assertThat(image.truth()).hasSize(n == 1 ? 1 : 0);
        }
        TruePose truth = image(captures.get(1)).truth().get(0);
        assertThat(truth.objectId()).isEqualTo("parcel");
        assertThat(truth.objectToCamera().translation().z()).isCloseTo(0.5, within(1e-12));
        try (Camera camera = open("video:" + file, Path.of(""), PARCEL)) {
            assertThat(camera.framesPerSecond()).isEqualTo(TestVideo.FRAMES_PER_SECOND);
        }
    }

    @Test
    void video_givenABrokenFrame_skipsItAndGoesOn() throws IOException {
        Path file = TestVideo.write(folder.resolve("clip.avi"), 30);
        byte[] bytes = Files.readAllBytes(file);
        int tenth = indexOf(bytes, "movi", 0);
        for (int n = 0; n < 10; n++) {
            tenth = indexOf(bytes, "00dc", tenth + 1); // AVI's mark of a video frame, then four bytes of length
        }
        Arrays.fill(bytes, tenth + 8, indexOf(bytes, "00dc", tenth + 1), (byte) 0xFF);
        Files.write(file, bytes);

        List<Capture> captures = all("video:" + file, PARCEL);

        assertThat(captures).hasSize(30);
        assertThat(captures.get(9)).isInstanceOf(Capture.Unreadable.class);
        assertThat(captures.stream().filter(Capture.Image.class::isInstance)).hasSize(29);
    }

    private static int indexOf(byte[] bytes, String mark, int from) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(mark, from);
    }

    @Test
    void open_givenMissingOrBrokenSources_namesTheThingAndWhatWasExpected() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path text = Files.writeString(folder.resolve("clip.mp4"), "not a video");
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        Files.writeString(pictures.resolve("a.jpg"), "not an image");
        Path nowhere = folder.resolve("nowhere");

        for (String spec : List.of(
                "video:" + nowhere,
                "video:" + text,
                "images:" + nowhere,
                "images:" + empty,
                "images:" + pictures,
                "bop:" + nowhere,
                "bop:" + empty)) {
            assertThatThrownBy(() -> open(spec, Path.of(""), PARCEL))
                    .as(spec)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("camera ")
                    .hasMessageContainingAll(spec.substring(spec.indexOf(':') + 1), "expected");
        }
        assertThatThrownBy(() -> open("synthetic:mug", Path.of(""), PARCEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("mug", "parcel");
    }

    @Test
    void images_givenFolder_passesBytesOnUnchangedInTheOrderOfNames() throws IOException {
        byte[] png = ImageCodec.encodePng(RgbImage.black(20, 10));
        byte[] jpeg = ImageCodec.encodeJpeg(RgbImage.black(20, 10), 80);
        Files.write(folder.resolve("b.jpg"), jpeg);
        Files.write(folder.resolve("a.PNG"), png);
        Files.writeString(folder.resolve("c.png"), "broken");
        Files.writeString(folder.resolve("notes.txt"), "not a frame");
        Path intrinsics = Files.writeString(
                folder.resolve("given.json"),
                "{\"fx\": 9, \"fy\": 9, \"cx\": 9, \"cy\": 5, \"width\": 20, \"height\": 10}");

        try (Camera camera = open("images:" + folder, intrinsics, PARCEL)) {
            Capture.Image first = image(camera.next());
            assertThat(first.encoding()).isEqualTo(ImageEncoding.PNG);
            assertThat(first.bytes()).isEqualTo(png);
            assertThat(first.intrinsics()).isEqualTo(new CameraIntrinsics(9, 9, 9, 5, 20, 10));
            Capture.Image second = image(camera.next());
            assertThat(second.encoding()).isEqualTo(ImageEncoding.JPEG);
            assertThat(second.bytes()).isEqualTo(jpeg);
            assertThat(camera.next()).isInstanceOf(Capture.Unreadable.class);
            assertThat(camera.next()).isInstanceOf(Capture.End.class);
        }
        Files.writeString(intrinsics, "{\"fx\": 9, \"fy\": 9, \"cx\": 9, \"cy\": 5, \"width\": 640, \"height\": 480}");
        assertThatThrownBy(() -> open("images:" + folder, intrinsics, PARCEL))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("given.json", "640x480", "20x10");
    }

    private static Path resource(String name) throws Exception {
        return Path.of(CameraOpenerTest.class.getResource("/images/" + name).toURI());
    }

    @Test
    void images_givenNumbersWithoutZeros_countsThem() throws Exception {
        List<Capture> captures = all("images:" + resource("order"), PARCEL);

        assertThat(captures)
                .extracting(c -> image(c).intrinsics().width())
                .containsExactly(320, 640); // frame_2, frame_10

        List<String> names = List.of(
                "a.png",
                "A3.jpeg",
                "a 2.JPG",
                "b1.png",
                "B2.JPG",
                "b10.Png",
                "b11.jpg",
                "c1_2.jfif",
                "c01_10.jpg",
                "c1_10.jpg",
                "d18446744073709551616.jpg",
                "d18446744073709551617.jpg");
        List<Path> files = new ArrayList<>(names.stream().map(Path::of).toList());
        Collections.reverse(files);
        files.sort(new NaturalOrder());
        assertThat(files).extracting(Path::toString).containsExactlyElementsOf(names);
    }

    @Test
    void images_givenExifOrientation_turnsPicturesAndTheirSize() throws Exception {
        Capture.Image seen = image(all("images:" + resource("exif"), PARCEL).get(0));

        assertThat(ImageHeader.of(seen.bytes())).isEqualTo(new ImageHeader("JPEG", 240, 320));
        assertThat(seen.intrinsics().width()).isEqualTo(240);
        byte[] stored = Files.readAllBytes(resource("exif").resolve("a.jpg"));
        RgbImage expected = Orientation.ofExif(6).turn(ImageCodec.decode(stored));
        byte[] pixels = ImageCodec.decode(seen.bytes()).rgb();
        double difference = 0;
        for (int i = 0; i < pixels.length; i++) {
            difference += Math.abs((pixels[i] & 255) - (expected.rgb()[i] & 255)) / (double) pixels.length;
        }
        assertThat(difference).as("mean, after a second compression").isLessThan(4);
        assertThat(Exif.orientation(seen.bytes()).isUpright()).isTrue();

        Path intrinsics = Files.writeString(
                folder.resolve("k.json"),
                "{\"fx\": 9, \"fy\": 9, \"cx\": 9, \"cy\": 5, \"width\": 320, \"height\": 240}");
        assertThatThrownBy(() -> open("images:" + resource("exif"), intrinsics, PARCEL))
                .hasMessageContainingAll("320x240", "240x320");
    }

    @Test
    void bop_givenExifOrientation_leavesThePixelsThatTheDatasetIsAbout() throws Exception {
        Files.createDirectories(folder.resolve("rgb"));
        byte[] stored = Files.readAllBytes(resource("exif").resolve("a.jpg"));
        Files.write(folder.resolve("rgb/000001.jpg"), stored);
        Files.writeString(
                folder.resolve("scene_camera.json"), "{\"1\": {\"cam_K\": [300, 0, 159.5, 0, 300, 119.5, 0, 0, 1]}}");

        assertThat(image(all("bop:" + folder, PARCEL).get(0)).bytes()).isEqualTo(stored);
    }

    @Test
    void bop_givenScene_mapsItsNumbersToConfiguredObjects() throws IOException {
        Files.createDirectories(folder.resolve("rgb"));
        Files.write(folder.resolve("rgb/000001.png"), ImageCodec.encodePng(RgbImage.black(20, 10)));
        Files.writeString(folder.resolve("scene_camera.json"), "{\"1\": {\"cam_K\": [9, 0, 8, 0, 9, 4, 0, 0, 1]}}");
        Files.writeString(folder.resolve("scene_gt.json"), TRUTH);

        assertThat(truthNames(PARCEL)).containsExactly("parcel");
        assertThat(truthNames(Map.of("1", "some.ply", "2", "other.ply"))).containsExactly("1");
        assertThat(truthNames(Map.of("ape", "models/obj_000001.ply", "cat", "models/obj_000006.ply")))
                .containsExactly("ape");
        assertThat(truthNames(Map.of("mug", "mug.ply", "cat", "cat.ply"))).isEmpty();
    }

    private List<String> truthNames(Map<String, String> objects) throws IOException {
        return image(all("bop:" + folder, objects).get(0)).truth().stream()
                .map(TruePose::objectId)
                .toList();
    }

    @Test
    void bop_givenAFolderWithANumber_saysWhichImageOfWhichSceneItIs() throws IOException {
        Path scene = Files.createDirectories(folder.resolve("000007/rgb")).getParent();
        Files.write(scene.resolve("rgb/000012.png"), ImageCodec.encodePng(RgbImage.black(20, 10)));
        Files.writeString(scene.resolve("scene_camera.json"), "{\"12\": {\"cam_K\": [9, 0, 8, 0, 9, 4, 0, 0, 1]}}");

        assertThat(image(all("bop:" + scene, PARCEL).get(0)).recorded()).contains(new RecordedImage(7, 12));
    }

    @Test
    void video_givenACalibrationOfAnotherProgram_readsOrRefusesIt() throws IOException {
        Path file = TestVideo.write(folder.resolve("clip.mp4"), 2);
        Path ros = Files.writeString(folder.resolve("camera_info"), """
                image_width: 64
                image_height: 48
                camera_matrix: {rows: 3, cols: 3, data: [60, 0, 32, 0, 61, 24, 0, 0, 1]}
                distortion_model: plumb_bob
                distortion_coefficients: {rows: 1, cols: 5, data: [0.1, -0.2, 0.001, 0.002, 0.0]}
                """);
        try (Camera camera = open("video:" + file, ros, PARCEL)) {
            assertThat(image(camera.next()).intrinsics())
                    .isEqualTo(new CameraIntrinsics(60, 61, 32, 24, 64, 48, List.of(0.1, -0.2, 0.001, 0.002, 0.0)));
        }
        Files.writeString(ros, Files.readString(ros).replace("plumb_bob", "equidistant"));
        assertThatThrownBy(() -> open("video:" + file, ros, PARCEL))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("camera ", "camera_info", "'equidistant'", "not supported");
    }

    @Test
    void bop_givenAMatrixThatCannotBe_saysSoOfEveryImage() throws IOException {
        Files.createDirectories(folder.resolve("rgb"));
        Files.write(folder.resolve("rgb/000001.png"), ImageCodec.encodePng(RgbImage.black(20, 10)));
        Files.writeString(
                folder.resolve("scene_camera.json"), "{\"1\": {\"cam_K\": [0.9, 0, 0.5, 0, 0.9, 0.5, 0, 0, 1]}}");

        Capture capture = all("bop:" + folder, PARCEL).get(0);

        assertThat(capture).isInstanceOf(Capture.Unreadable.class).asString().contains("fx of 0.9 px", "expected");
    }

    @Test
    void synthetic_givenAnEnd_givesThatManyFramesWithTruth() throws IOException {
        List<Capture> captures = all("synthetic:parcel?frames=3&width=160&height=120&seed=3", PARCEL);

        assertThat(captures).hasSize(3);
        Capture.Image image = image(captures.get(2));
        assertThat(image.truth()).extracting(TruePose::objectId).containsExactly("parcel");
        assertThat(ImageHeader.of(image.bytes())).isEqualTo(new ImageHeader("JPEG", 160, 120));
        assertThat(image(all("synthetic:parcel?frames=3&width=160&height=120&seed=3", PARCEL)
                                .get(2))
                        .bytes())
                .isEqualTo(image.bytes());
    }

    @Test
    void video_givenTheRealCube_givesAllItsFrames() throws IOException {
        Path file = ExampleData.path("visp-cube/cube_video.mp4");

        List<Capture> captures = all("video:" + file, Map.of("cube", "cube.obj"));

        assertThat(captures).hasSize(989).allMatch(Capture.Image.class::isInstance);
        assertThat(captures.stream().filter(capture -> !image(capture).truth().isEmpty()))
                .hasSize(292);
        assertThat(image(captures.get(0)).intrinsics().fx()).isEqualTo(605.146728515625);
    }
}
