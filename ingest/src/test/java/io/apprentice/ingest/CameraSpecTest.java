package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
                "gate=video:rtsp://me:secret@host:554/x?a=1&b=2, gate, VIDEO, rtsp://me:secret@host:554/x?a=1&b=2",
                "video:rtsp://me:secret@host:554, host-554, VIDEO, rtsp://me:secret@host:554",
                "video:/dev/video0, video0, VIDEO, /dev/video0",
                "images:some dir/, some-dir, IMAGES, some dir/",
                "bop:lmo/test/000002, 000002, BOP, lmo/test/000002",
            })
    void parse_givenSpec_returnsIdKindAndSource(String text, String id, CameraSpec.Kind kind, String source) {
        CameraSpec spec = CameraSpec.parse(text);

        assertThat(spec).isEqualTo(new CameraSpec(id, kind, source, Map.of()));
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
    @ValueSource(strings = {"", "parcel", "webcam:0", "video:", "=video:x", "a b=video:x", "synthetic:parcel?fps"})
    void parse_givenNonsense_saysWhatWasExpected(String text) {
        assertThatThrownBy(() -> CameraSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'" + text + "'", "expected");
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
                SyntheticSettings.DEFAULTS);
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
