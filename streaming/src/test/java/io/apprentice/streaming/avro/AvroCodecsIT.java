package io.apprentice.streaming.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wire format against a real registry. */
class AvroCodecsIT {

    private static final Topics TOPICS = new Topics(TopicSettings.DEFAULTS);

    @Test
    void codec_roundTripsAndIsReadableThroughTheConfluentApi_alsoAfterARestart(@TempDir Path directory)
            throws Exception {
        TrainingProgress progress = TrainingProgress.newBuilder()
                .setStudentId("s")
                .setAt(Instant.ofEpochSecond(1_700_000_000L))
                .setLabels(3)
                .setSkipped(0)
                .setSteps(5)
                .setReplaySize(3)
                .setVersion(1)
                .setLosses(Map.of("total", 0.5))
                .build();
        byte[] bytes;
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            AvroCodec<TrainingProgress> codec = codec(registry);
            bytes = codec.encode(progress);
            assertThat(bytes[0]).isZero();
            assertThat(codec.decode(bytes)).isEqualTo(progress);
            String schema = get(registry.url() + "/apis/ccompat/v7/schemas/ids/"
                    + ByteBuffer.wrap(bytes, 1, 4).getInt());
            assertThat(schema).contains("TrainingProgress");
            assertThat(get(registry.url() + "/apis/ccompat/v7/subjects")).contains("training-progress-value");
            assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, 9)))
                    .isInstanceOf(UndecodableRecordException.class)
                    .hasMessageContaining("TrainingProgress");
            assertThatThrownBy(() -> codec.decode(new byte[] {0, 0, 0, 99, 99, 1}))
                    .isInstanceOf(UndecodableRecordException.class);
            assertThatThrownBy(() -> codec.decode("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .isInstanceOf(UndecodableRecordException.class)
                    .hasMessageContaining("magic byte");
        }
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            assertThat(codec(registry).decode(bytes)).isEqualTo(progress);
        }
    }

    @Test
    void connect_givenNobodyThere_namesTheAddress() {
        RegistrySettings nowhere = new RegistrySettings("http://127.0.0.1:9", Duration.ZERO);
        assertThatThrownBy(() -> AvroCodecs.connect(nowhere, TOPICS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("http://127.0.0.1:9");
    }

    private static AvroCodec<TrainingProgress> codec(EmbeddedRegistry registry) throws InterruptedException {
        return AvroCodecs.connect(RegistrySettings.of(registry.url()), TOPICS)
                .codec(Topic.TRAINING_PROGRESS, TrainingProgress.class);
    }

    private static String get(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
