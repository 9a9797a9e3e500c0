package io.apprentice.streaming.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.streaming.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    enum Mode {
        LIVE,
        REPLAY
    }

    record Part(int publishEvery, double blur, Duration maxAge, Mode mode, Path weights, boolean loop) {
        Part {
            if (publishEvery < 1) {
                throw new IllegalArgumentException("student.publish-every must be at least 1, got " + publishEvery);
            }
        }
    }

    record All(KafkaSettings kafka, Part student, Map<String, String> objects, List<String> cameras) {}

    private static final All DEFAULTS = new All(
            new KafkaSettings(Map.of()),
            new Part(50, 0.05, Duration.ofMillis(500), Mode.LIVE, Path.of(""), false),
            Map.of(),
            List.of("synthetic:parcel"));

    @TempDir
    private Path folder;

    @Test
    void load_givenNothing_returnsTheDefaults() {
        assertThat(load(Map.of())).isEqualTo(DEFAULTS);
    }

    @Test
    void load_putsFileThenEnvironmentThenOverridesOverTheDefaults() throws IOException {
        Path file = Files.writeString(folder.resolve("settings.yaml"), """
                kafka:
                  bootstrap.servers: a:1
                  security: {protocol: SSL}
                student: {publish-every: 1, blur: 0.1, max-age: 2m, mode: replay}
                cameras: [a, b]
                """);
        All all = Settings.load(
                DEFAULTS,
                Optional.of(file),
                Map.of(
                        "APPRENTICE_STUDENT_PUBLISH_EVERY",
                        "2",
                        "APPRENTICE_KAFKA_BOOTSTRAP_SERVERS",
                        "b:2",
                        "PATH",
                        ""),
                List.of("student.blur=0.2", "objects.my.mug=mug.ply", "student.weights=w.safetensors"));
        assertThat(all.kafka().properties()).isEqualTo(Map.of("bootstrap.servers", "b:2", "security.protocol", "SSL"));
        assertThat(all.student())
                .isEqualTo(new Part(2, 0.2, Duration.ofMinutes(2), Mode.REPLAY, Path.of("w.safetensors"), false));
        assertThat(all.objects()).isEqualTo(Map.of("my.mug", "mug.ply"));
        assertThat(all.cameras()).containsExactly("a", "b");
    }

    @Test
    void load_givenListAsText_splitsIt() {
        assertThat(load(Map.of(), "cameras=a,b").cameras()).containsExactly("a", "b");
        assertThat(load(Map.of(), "cameras=[\"a=video:x,y.mp4\", b]").cameras())
                .containsExactly("a=video:x,y.mp4", "b");
    }

    @Test
    void load_givenUnknownKey_namesItAndWhatThereIs() {
        fails(
                "student.publishevery=1",
                "--set student.publishevery=1",
                "did you mean 'student.publish-every'?",
                "publish-every, blur, max-age");
        fails("studnet.blur=1", "studnet.blur", "kafka, student, objects, cameras");
        fails("student=1", "student", "group");
        assertThatThrownBy(() -> load(Map.of("APPRENTICE_STUDENT_BLURR", "1")))
                .hasMessageContaining("APPRENTICE_STUDENT_BLURR");
    }

    @Test
    void load_givenBadValue_namesKeyValueAndWhatWasExpected() {
        fails("student.publish-every=0", "student.publish-every must be at least 1, got 0");
        fails("student.publish-every=often", "student.publish-every", "whole number", "often");
        fails("student.max-age=soon", "student.max-age", "duration", "soon");
        fails("student.mode=dead", "student.mode", "live, replay", "dead");
        fails("student.loop=maybe", "student.loop", "true or false", "maybe");
        fails("no value", "key=value");
    }

    @Test
    void load_givenMissingFile_namesIt() {
        assertThatThrownBy(() -> Settings.load(DEFAULTS, Optional.of(folder.resolve("no.yaml")), Map.of(), List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("no.yaml");
    }

    @Test
    void describe_masksSecretsAndReadsBack() throws IOException {
        All all = load(Map.of(), "kafka.ssl.key.password=p4ss", "cameras=video:rtsp://me:p4ss@cam/1");
        String text = Settings.describe(all);
        assertThat(text).doesNotContain("p4ss").contains("publish-every: 50", "max-age: 500ms", "mode: live");
        Path file = Files.writeString(folder.resolve("described.yaml"), Settings.describe(DEFAULTS));
        assertThat(Settings.load(DEFAULTS, Optional.of(file), Map.of(), List.of()))
                .isEqualTo(DEFAULTS);
    }

    @Test
    void load_givenBadListWithAPassword_doesNotTellIt() {
        for (String override :
                List.of("cameras=[rtsp://me:p4ss@cam/1", "camera=rtsp://me:p4/ss@cam", "rtsp://me:p4ss@c")) {
            assertThatThrownBy(() -> load(Map.of(), override))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("rtsp://******@c")
                    .hasMessageNotContaining("p4");
        }
    }

    private static All load(Map<String, String> environment, String... overrides) {
        return Settings.load(DEFAULTS, Optional.empty(), environment, List.of(overrides));
    }

    private static void fails(String override, String... parts) {
        assertThatThrownBy(() -> load(Map.of(), override))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll(parts);
    }
}
