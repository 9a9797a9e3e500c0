package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.ingest.live.CameraState.Phase;
import io.apprentice.ingest.pace.Rate;
import io.apprentice.ingest.push.PushSettings;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.ImageHeader;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.ImageEncoding;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live cameras over HTTP and UDP, through the real decoder. */
@Timeout(120)
class LiveSourceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private static Camera open(String spec, String intrinsics) throws IOException {
        IngestSettings settings = new IngestSettings(
                List.of(CameraSpec.parse(spec)),
                Rate.REAL_TIME,
                false,
                Path.of(intrinsics),
                16,
                ImageSettings.DEFAULTS,
                SyntheticSettings.DEFAULTS,
                PushSettings.DEFAULTS);
        return new CameraOpener(settings.cameras().get(0), settings, Map.of(), Optional.empty()).open();
    }

    private static List<Capture.Image> images(Camera camera, int count) {
        List<Capture.Image> images = new ArrayList<>();
        while (images.size() < count) {
            images.add((Capture.Image) await(camera, c -> c instanceof Capture.Image));
        }
        return images;
    }

    private static Capture await(Camera camera, Predicate<Capture> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Capture capture = camera.next();
        while (!wanted.test(capture)) {
            assertThat(System.nanoTime()).as("still %s", camera.state()).isLessThan(end);
            capture = camera.next();
        }
        return capture;
    }

    private static void awaitReason(Camera camera, String reason) {
        await(camera, c -> camera.state().orElseThrow().reason().contains(reason));
    }

    @Test
    void next_ofJpegsOverHttp_passesThemOnAsTheyAre() throws IOException {
        Instant begin = Instant.now();
        try (MjpegServer server = new MjpegServer(Optional.empty(), n -> MjpegServer.jpeg(64, 48, 10 * (n % 25)));
                Camera camera = open(server.address(), "")) {
            List<Capture.Image> images = images(camera, 5);

            List<String> sent = new ArrayList<>();
            for (int n = 0; n < 25; n++) {
                sent.add(HexFormat.of().formatHex(MjpegServer.jpeg(64, 48, 10 * n)));
            }
            assertThat(images).allSatisfy(image -> {
                assertThat(sent).contains(HexFormat.of().formatHex(image.bytes()));
                assertThat(image.encoding()).isEqualTo(ImageEncoding.JPEG);
                assertThat(image.intrinsics()).isEqualTo(IntrinsicsChoice.assumed(64, 48));
                assertThat(image.time().orElseThrow().clock()).isEqualTo(CaptureClock.ARRIVAL);
                assertThat(image.time().orElseThrow().at()).isBetween(begin, Instant.now());
            });
            assertThat(images.stream().map(i -> i.time().orElseThrow().at())).isSorted();
            assertThat(camera.state().orElseThrow().phase()).isEqualTo(Phase.LIVE);
        }
    }

    @Test
    void next_givenCredentialsInAFile_usesThemAndShowsThemNowhere() throws IOException {
        Path file = Files.writeString(folder.resolve("gate"), "me:geh@im\n");
        try (MjpegServer server = new MjpegServer(Optional.of("me:geh@im"), n -> MjpegServer.jpeg(64, 48, 99));
                Camera camera = open(server.address() + "#credentials=" + file, "")) {
            images(camera, 1);

            assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                    .isNotEmpty()
                    .allSatisfy(child -> {
                        for (String seen : List.of("cmdline", "environ")) {
                            assertThat(Files.readString(Path.of("/proc/" + child.pid(), seen)))
                                    .doesNotContain("geh@im", "geh%40im");
                        }
                    });
        }
    }

    @Test
    void next_givenAWrongPassword_saysWhyAndKeepsTrying() throws IOException {
        try (MjpegServer server = new MjpegServer(Optional.of("me:other"), n -> MjpegServer.jpeg(64, 48, 99));
                Camera camera = open(server.address().replace("://", "://me:geheim@"), "")) {
            awaitReason(camera, "401 Unauthorized");

            assertThat(camera.state().orElseThrow().phase()).isEqualTo(Phase.CONNECTING);
            assertThat(camera.state().orElseThrow().text()).doesNotContain("geheim");
        }
    }

    @Test
    void open_givenCredentialsThatAreMissing_stopsTheStart() {
        assertThatThrownBy(() -> open("rtsp://127.0.0.1:1/x#credentials=" + folder.resolve("none"), ""))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("camera x", "none", "user:password");
    }

    @Test
    void next_ofACameraThatHangsUp_comesBack() throws IOException {
        try (MjpegServer server =
                        new MjpegServer(Optional.empty(), n -> n % 6 < 5 ? MjpegServer.jpeg(64, 48, n) : null);
                Camera camera = open(server.address(), "")) {
            images(camera, 15);

            assertThat(camera.state().orElseThrow().reconnects()).isGreaterThanOrEqualTo(2);
            assertThat(server.connections.get()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void next_ofACameraThatIsAway_waitsForItAndSaysWhy() throws IOException {
        try (Camera camera = open("rtsp://127.0.0.1:1/x", "")) {
            awaitReason(camera, "Connection refused");

            assertThat(camera.next()).isInstanceOf(Capture.Nothing.class);
            assertThat(camera.state().orElseThrow().phase()).isEqualTo(Phase.CONNECTING);
        }
    }

    @Test
    void next_ofPicturesThatBecomeLargerInTheSameShape_scalesThemToTheFirstSize() throws IOException {
        try (MjpegServer server = new MjpegServer(
                        Optional.empty(), n -> n < 5 ? MjpegServer.jpeg(64, 48, 60) : MjpegServer.jpeg(128, 96, 160));
                Camera camera = open(server.address(), "")) {
            Capture.Image last =
                    (Capture.Image) await(camera, c -> c instanceof Capture.Image image && brightness(image) > 150);

            ImageHeader header = ImageHeader.of(last.bytes());
            assertThat(List.of(header.width(), header.height())).containsExactly(64, 48);
            assertThat(last.intrinsics()).isEqualTo(IntrinsicsChoice.assumed(64, 48));
        }
    }

    private static int brightness(Capture.Image image) {
        try {
            return ImageCodec.decode(image.bytes()).rgb()[0] & 255;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void next_ofPicturesThatChangeTheirShape_opensAnewWithIntrinsicsOfTheirOwn() throws IOException {
        try (MjpegServer server = new MjpegServer(
                        Optional.empty(), n -> n < 5 ? MjpegServer.jpeg(64, 48, 60) : MjpegServer.jpeg(64, 64, 160));
                Camera camera = open(server.address(), "")) {
            awaitReason(camera, "the pictures changed from 64x48 to 64x64 pixels");
            Capture.Image last = (Capture.Image) await(
                    camera,
                    c -> c instanceof Capture.Image image && image.intrinsics().height() == 64);

            assertThat(ImageHeader.of(last.bytes()).height()).isEqualTo(64);
        }
    }

    @Test
    void next_ofPicturesThatDoNotFitTheirCalibration_endsTheCameraWithTheReason() throws IOException {
        Path calibration = Files.writeString(
                folder.resolve("camera.json"), "{\"fx\": 60, \"fy\": 60, \"cx\": 31.5, \"cy\": 23.5}");
        try (MjpegServer server = new MjpegServer(
                        Optional.empty(), n -> n < 5 ? MjpegServer.jpeg(64, 48, 60) : MjpegServer.jpeg(64, 56, 160));
                Camera camera = open(server.address(), calibration.toString())) {
            assertThat(images(camera, 1).get(0).intrinsics().fx()).isEqualTo(60);

            Capture.End end = (Capture.End) await(camera, c -> c instanceof Capture.End);

            assertThat(end.reason()).contains("64x48", "64x56", "calibration");
            assertThat(camera.next()).isEqualTo(end);
        }
    }

    @Test
    void next_givenSizeAndRate_scalesAndThinsOut() throws IOException {
        try (MjpegServer server = new MjpegServer(Optional.empty(), n -> MjpegServer.jpeg(128, 96, 60));
                Camera camera = open(server.address() + "#size=64x48&fps=5", "")) {
            images(camera, 1);
            long start = System.nanoTime();
            List<Capture.Image> images = images(camera, 10);
            double seconds = (System.nanoTime() - start) * 1e-9;

            assertThat(images.size() / seconds).isBetween(4.0, 6.0);
            ImageHeader header = ImageHeader.of(images.get(0).bytes());
            assertThat(List.of(header.width(), header.height())).containsExactly(64, 48);
        }
    }

    @Test
    void next_givenASizeOfAnotherShape_saysWhichWouldDo() throws IOException {
        try (MjpegServer server = new MjpegServer(Optional.empty(), n -> MjpegServer.jpeg(128, 96, 60));
                Camera camera = open(server.address() + "#size=64x64", "")) {
            awaitReason(camera, "size=64x64 has not the shape of the camera's 128x96; expected 64x48");
        }
    }

    @Test
    void next_ofAnMpegStreamOverUdp_decodesItAndNoticesAnotherCodec() throws Exception {
        AtomicReference<byte[]> stream =
                new AtomicReference<>(Files.readAllBytes(TestVideo.write(folder.resolve("clip.ts"), 20)));
        AtomicBoolean stop = new AtomicBoolean();
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            int port = freePort();
            Thread sender = new Thread(() -> sendForEver(socket, stream, port, stop));
            sender.start();
            try (Camera camera = open("udp://127.0.0.1:" + port + "#open-timeout=3s", "")) {
                List<Capture.Image> images = images(camera, 5);
                assertThat(images.get(0).intrinsics())
                        .isEqualTo(IntrinsicsChoice.assumed(TestVideo.WIDTH, TestVideo.HEIGHT));
                assertThat(images)
                        .allSatisfy(image -> assertThat(brightness(image))
                                .isBetween(TestVideo.brightness(0) - 3, TestVideo.brightness(19) + 3));

                stream.set(Files.readAllBytes(
                        TestVideo.write(folder.resolve("other.ts"), 20, avcodec.AV_CODEC_ID_MPEG2VIDEO)));
                await(camera, c -> camera.state().orElseThrow().reconnects() > 0);
                assertThat(brightness(images(camera, 1).get(0)))
                        .isBetween(TestVideo.brightness(0) - 3, TestVideo.brightness(19) + 3);
            } finally {
                stop.set(true);
                sender.join();
            }
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void sendForEver(
            DatagramSocket socket, AtomicReference<byte[]> stream, int port, AtomicBoolean stop) {
        int size = 7 * 188;
        try {
            while (!stop.get()) {
                byte[] clip = stream.get();
                for (int at = 0; at < clip.length && !stop.get(); at += size) {
                    int length = Math.min(size, clip.length - at);
                    socket.send(new DatagramPacket(clip, at, length, InetAddress.getLoopbackAddress(), port));
                    Thread.sleep(20);
                }
            }
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void next_ofADeviceThatIsNotThere_saysSo() throws IOException {
        try (Camera camera = open("v4l2:/dev/video99#capture-size=1280x720&capture-fps=30&pixel-format=mjpeg", "")) {
            awaitReason(camera, "No such file or directory");
        }
    }
}
