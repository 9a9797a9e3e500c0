package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.ingest.live.Address;
import io.apprentice.ingest.pace.Rate;
import io.apprentice.ingest.push.PushSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CameraSpecTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "synthetic:parcel, synthetic, SYNTHETIC, parcel",
                "dock=synthetic:parcel, dock, SYNTHETIC, parcel",
                "video:/a/b/cube_video.mp4, cube_video, VIDEO, /a/b/cube_video.mp4",
                "gate=video:rtsp://host:554/x?a=1&b=2, gate, LIVE, rtsp://host:554/x?a=1&b=2",
                "rtsp://host:554, host-554, LIVE, rtsp://host:554",
                "http://host/cameras/left.mjpg?x=/y, left.mjpg, LIVE, http://host/cameras/left.mjpg?x=/y",
                "srt://host:1?mode=caller, host-1, LIVE, srt://host:1?mode=caller",
                "udp://@239.1.1.1:1234, 239.1.1.1-1234, LIVE, udp://@239.1.1.1:1234",
                "video:/dev/video0, video0, V4L2, /dev/video0",
                "v4l2:/dev/video1, video1, V4L2, /dev/video1",
                "phone=push:, phone, PUSH, \"\"",
                "images:some dir/, some-dir, IMAGES, some dir/",
                "bop:lmo/test/000002, 000002, BOP, lmo/test/000002",
            })
    void parse_givenSpec_returnsIdKindAndSource(String text, String id, CameraSpec.Kind kind, String source) {
        CameraSpec spec = CameraSpec.parse(text);

        assertThat(spec).isEqualTo(new CameraSpec(id, kind, Address.of(source), Map.of()));
        assertThat(CameraSpec.parse(spec.toString())).isEqualTo(spec);
    }

    @Test
    void parse_givenSyntheticOptions_putsThemOverTheSettings() {
        CameraSpec spec = CameraSpec.parse("synthetic:parcel?fps=30&seed=7&shift=60s&frames=5");

        assertThat(CameraSpec.parse(spec.toString())).isEqualTo(spec);
        assertThat(SyntheticSettings.DEFAULTS.with(spec.options()))
                .isEqualTo(new SyntheticSettings(30, 7, Duration.ofMinutes(1), 5, 640, 480));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "parcel",
                "webcam:0",
                "video:",
                "=video:x",
                "a b=video:x",
                "synthetic:parcel?fps",
                "rtsp:host",
                "ftp://host/x",
                "push:",
                "a=push:b",
                "rtsp://host/#fps",
                "rtsp://host/#fps=1&fps=2",
            })
    void parse_givenNonsense_saysWhatWasExpected(String text) {
        assertThatThrownBy(() -> CameraSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'" + text + "'", "expected");
    }

    @ParameterizedTest
    @CsvSource({
        "g=rtsp://me:geheim@host/x, g=rtsp://******@host/x",
        "g=rtsp://me:geh@eim@host/x, g=rtsp://******@host/x",
        "g=rtsp://me:geh/eim@host/x, g=rtsp://******@host/x",
        "g=http://host/v?user=me&password=geheim&x=1, g=http://host/v?user=me&password=******&x=1",
        "g=rtsp://host/user=me_password=geheim_channel=1, g=rtsp://host/user=me_password=******",
        "g=srt://host:9?passphrase=geheim, g=srt://host:9?passphrase=******",
        "g=http://host/v?access_token=geheim#fps=5, g=http://host/v?access_token=******#fps=5",
    })
    void toString_givenSecrets_masksThemAndTheOpenerStillHasThem(String text, String shown) {
        CameraSpec spec = CameraSpec.parse(text);

        assertThat(spec).hasToString(shown);
        assertThat(spec.toString() + spec.id()).doesNotContain("geh", "eim");
        assertThat(text).contains(spec.source().reveal());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x@rtsp://me:geheim@host/x",
                "rtsp://me:geh#eim@host/x",
                "rtsp://me:geh#eim=1@host/x",
                "ftp://me:geheim@host/x",
                "rtsp://me:geheim@host/x#fps",
            })
    void parse_givenNonsenseWithASecret_doesNotTellIt(String text) {
        assertThatThrownBy(() -> CameraSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("geh", "eim");
    }

    @Test
    void liveOptions_givenAll_areReadAndWritten() {
        CameraSpec spec = CameraSpec.parse(
                "rtsp://host/x#transport=udp&open-timeout=20s&silence-timeout=500ms&credentials=a/b&size=640x480&fps=7.5");

        assertThat(CameraSpec.parse(spec.toString())).isEqualTo(spec);
        assertThat(LiveOptions.of(spec))
                .isEqualTo(new LiveOptions(
                        "udp",
                        Duration.ofSeconds(20),
                        Duration.ofMillis(500),
                        Optional.of(Path.of("a/b")),
                        Optional.of(new LiveOptions.Size(640, 480)),
                        7.5,
                        Optional.empty(),
                        0,
                        Optional.empty()));
        LiveOptions device = LiveOptions.of(
                CameraSpec.parse("v4l2:/dev/video0#capture-size=1280x720&capture-fps=30&pixel-format=mjpeg"));
        assertThat(device.captureSize()).contains(new LiveOptions.Size(1280, 720));
        assertThat(device.captureFps()).isEqualTo(30);
        assertThat(device.pixelFormat()).contains("mjpeg");
    }

    @ParameterizedTest
    @CsvSource({
        "rtsp://host/x#speed=2, speed, silence-timeout",
        "http://host/x#transport=tcp, transport, fps",
        "rtsp://host/x#transport=carrier-pigeon, carrier-pigeon, udp_multicast",
        "rtsp://host/x#open-timeout=1ms, 1ms, 100ms",
        "rtsp://host/x#silence-timeout=soon, soon, 24h",
        "rtsp://host/x#size=640, 640, WIDTHxHEIGHT",
        "rtsp://host/x#size=640x4, 640x4, 16",
        "rtsp://host/x#fps=0, 0, above 0",
        "rtsp://host/x#fps=many, many, above 0",
        "v4l2:/dev/video0#credentials=x, credentials, capture-size",
        "v4l2:/dev/video0#pixel-format=-i, -i, mjpeg",
    })
    void settings_givenBadLiveOptions_nameThemAndWhatWasExpected(String camera, String bad, String expected) {
        assertThatThrownBy(() -> settings(camera))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(CameraSpec.parse(camera).id(), "'" + bad + "'", expected);
    }

    @Test
    void settings_givenBadCameras_nameTheKeyAndTheValue() {
        assertThatThrownBy(() -> settings("synthetic:parcel", "synthetic:parcel?seed=2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("ingest.cameras", "synthetic", "id=SPEC");
        assertThatThrownBy(() -> settings("synthetic:parcel?speed=2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("speed", "fps");
        assertThatThrownBy(() -> settings("synthetic:parcel?shift=soon"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("shift", "soon");
    }

    private static IngestSettings settings(String... cameras) {
        return new IngestSettings(
                List.of(cameras).stream().map(CameraSpec::parse).toList(),
                Rate.REAL_TIME,
                false,
                Path.of(""),
                16,
                ImageSettings.DEFAULTS,
                SyntheticSettings.DEFAULTS,
                PushSettings.DEFAULTS);
    }

    @Test
    void rate_givenText_isReadOrRefused() {
        assertThat(Rate.parse("max").framesPerSecond(15)).isInfinite();
        assertThat(Rate.parse("real-time").framesPerSecond(15)).isEqualTo(15);
        assertThat(Rate.parse("7.5").framesPerSecond(15)).isEqualTo(7.5);
        for (String text : List.of("fast", "0", "-1", "NaN", "1e9")) {
            assertThatThrownBy(() -> Rate.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("real-time");
        }
    }
}
