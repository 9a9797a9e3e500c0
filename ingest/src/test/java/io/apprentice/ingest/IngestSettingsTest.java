package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.ingest.pace.Rate;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.streaming.settings.Settings;
import io.apprentice.streaming.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestSettingsTest {

    record All(IngestSettings ingest) {}

    private static final All DEFAULTS = new All(IngestSettings.DEFAULTS);

    @TempDir
    Path folder;

    @Test
    void load_givenFileEnvironmentAndOverrides_putsThemOverTheDefaults() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), """
                ingest:
                  cameras: ["dock=synthetic:parcel?seed=3", "video:clip.mp4"]
                  rate: 10
                  image: {encoding: PNG}
                  intrinsics: camera.json
                """);

        IngestSettings settings = Settings.load(
                        DEFAULTS,
                        Optional.of(file),
                        Map.of("APPRENTICE_INGEST_LOOP", "true"),
                        List.of("ingest.synthetic.shift=2m", "ingest.rate=7.5"))
                .ingest();

        assertThat(settings.cameras())
                .containsExactly(
                        CameraSpec.parse("dock=synthetic:parcel?seed=3"), CameraSpec.parse("clip=video:clip.mp4"));
        assertThat(settings.rate()).isEqualTo(Rate.of(7.5));
        assertThat(settings.loop()).isTrue();
        assertThat(settings.image()).isEqualTo(new ImageSettings(ImageEncoding.PNG, 90));
        assertThat(settings.synthetic().shift()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.intrinsics().toString()).endsWith("camera.json");
    }

    @Test
    void load_givenNothing_isTheDefaultsAndDescribesItself() throws IOException {
        assertThat(Settings.load(DEFAULTS, Optional.empty(), Map.of(), List.of()))
                .isEqualTo(DEFAULTS);
        Path described = Files.writeString(folder.resolve("b.yaml"), Settings.describe(DEFAULTS));
        assertThat(Settings.load(DEFAULTS, Optional.of(described), Map.of(), List.of()))
                .isEqualTo(DEFAULTS);
    }

    @Test
    void load_givenBadValues_namesKeyValueAndExpectation() {
        assertThatThrownBy(() -> override("ingest.rate=fast"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll("rate", "fast", "real-time");
        assertThatThrownBy(() -> override("ingest.cameras=webcam:0"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll("ingest.cameras", "webcam", "synthetic");
        assertThatThrownBy(() -> override("ingest.image.jpeg-quality=0"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll("ingest.image.jpeg-quality", "0", "1 to 100");
    }

    private static All override(String override) {
        return Settings.load(DEFAULTS, Optional.empty(), Map.of(), List.of(override));
    }
}
