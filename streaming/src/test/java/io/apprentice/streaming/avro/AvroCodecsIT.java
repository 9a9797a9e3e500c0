package io.apprentice.streaming.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentRef;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.HttpEndpoint;
import io.apprentice.streaming.service.HttpSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
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
        AvroCodec<TrainingProgress> withoutRegistry;
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            AvroCodec<TrainingProgress> codec = codec(registry);
            withoutRegistry = codec;
            bytes = codec.encode(progress);
            assertThat(bytes[0]).isZero();
            assertThat(codec.decode(bytes)).isEqualTo(progress);
            int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
            String confluent = registry.url() + "/apis/ccompat/v7";
            assertThat(get(confluent + "/schemas/ids/" + id)).contains("TrainingProgress");
            assertThat(get(confluent + "/subjects/training-progress-value/versions/latest"))
                    .contains("\"id\":" + id);
            assertThat(get(confluent + "/subjects")).contains("training-progress-value");
            decode_givenForeignBytes_saysWhatTheyAre(registry, codec, bytes);
            encode_givenNestedRecords_registersOneWholeSchema(registry);
        }
        assertThat(withoutRegistry.decode(withoutRegistry.encode(progress))).isEqualTo(progress);
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            assertThat(codec(registry).decode(bytes)).isEqualTo(progress);
        }
    }

    /** A reader in another language parses what the registry gives it for the id, and nothing else. */
    private static void encode_givenNestedRecords_registersOneWholeSchema(EmbeddedRegistry registry) throws Exception {
        PoseEstimate pose = PoseEstimate.newBuilder()
                .setCameraId("c")
                .setSequence(1)
                .setCapturedAt(Instant.ofEpochSecond(1))
                .setEstimatedAt(Instant.ofEpochSecond(2))
                .setFrameRef(new FrameRef(0, 1L))
                .setObjectId("o")
                .setStatus(PoseStatus.LOST)
                .setScore(0)
                .setInliers(0)
                .setReprojectionError(0)
                .setStudent(new StudentRef("s", 0L))
                .build();
        byte[] bytes = AvroCodecs.connect(RegistrySettings.of(registry.url()), new Topics(TopicSettings.DEFAULTS))
                .codec(Topic.POSES, PoseEstimate.class)
                .encode(pose);
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        String answer = get(registry.url() + "/apis/ccompat/v7/schemas/ids/" + id);
        String schema = new ObjectMapper().readTree(answer).get("schema").asText();
        assertThat(new Schema.Parser().parse(schema)).isEqualTo(PoseEstimate.getClassSchema());
    }

    private static void decode_givenForeignBytes_saysWhatTheyAre(
            EmbeddedRegistry registry, AvroCodec<TrainingProgress> codec, byte[] good) throws Exception {
        undecodable(codec, Arrays.copyOf(good, 9), "TrainingProgress", "9 bytes");
        undecodable(codec, new byte[] {0, 0, 0, 99, 99, 1}, "no schema 25443");
        undecodable(codec, new byte[] {0, -1, -1, -1, -1, 1}, "no schema -1");
        undecodable(codec, "hello".getBytes(StandardCharsets.UTF_8), "magic byte");
        undecodable(codec, new byte[0], "magic byte");
        undecodable(codec, null, "nothing");
        byte[] hugeString = Arrays.copyOf(good, 10); // the first field is a string: its length becomes 2^31 - 1
        System.arraycopy(new byte[] {-2, -1, -1, -1, 15}, 0, hugeString, 5, 5);
        undecodable(codec, hugeString, "TrainingProgress");
        AvroCodec<FrameRef> others =
                AvroCodecs.connect(RegistrySettings.of(registry.url()), TOPICS).codec(Topic.FRAMES, FrameRef.class);
        undecodable(codec, others.encode(new FrameRef(0, 1L)), "another record");
    }

    private static void undecodable(AvroCodec<?> codec, byte[] bytes, String... parts) {
        assertThatThrownBy(() -> codec.decode(bytes))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void codec_givenAProcessThatStartsWhileTheRegistryIsAway_knowsWhatWasAskedBeforeOnTheSameCluster(
            @TempDir Path directory) throws Exception {
        FrameRef value = new FrameRef(0, 1L);
        Path memory = directory.resolve("memory");
        byte[] bytes;
        RegistrySettings settings;
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory.resolve("registry"), 0)) {
            settings = new RegistrySettings(registry.url(), Duration.ZERO);
            AvroCodec<FrameRef> codec =
                    AvroCodecs.connect(settings, TOPICS, memory, "cluster").codec(Topic.FRAMES, FrameRef.class);
            bytes = codec.encode(value);
        }

        AvroCodecs codecs = AvroCodecs.connect(settings, TOPICS, memory, "cluster");
        AvroCodec<FrameRef> codec = codecs.codec(Topic.FRAMES, FrameRef.class);
        assertThat(codec.decode(bytes)).isEqualTo(value);
        assertThat(codec.encode(value)).isEqualTo(bytes);
        assertThatThrownBy(() -> codecs.codec(Topic.POSES, FrameRef.class).encode(value))
                .hasMessageContaining("no registry answers at " + settings.url());

        assertThatThrownBy(() -> AvroCodecs.connect(settings, TOPICS, memory, "another cluster"))
                .hasMessageContaining("no registry answers at " + settings.url());

        try (Stream<Path> answers = Files.list(memory.resolve("cluster"))) {
            for (Path answer : answers.toList()) {
                Files.writeString(answer, Files.readString(answer).replace("partition", "partitian"));
            }
        }
        AvroCodec<FrameRef> damaged =
                AvroCodecs.connect(settings, TOPICS, memory, "cluster").codec(Topic.FRAMES, FrameRef.class);
        assertThatThrownBy(() -> damaged.decode(bytes)).hasMessageContaining("no registry answers");
    }

    @Test
    void connect_givenAnotherServer_namesTheAddress() throws Exception {
        try (HttpEndpoint other =
                HttpEndpoint.start(HttpSettings.DEFAULTS, List.of(), new PrometheusMeterRegistry(key -> null))) {
            String url = "http://127.0.0.1:" + other.port();
            assertThatThrownBy(() -> AvroCodecs.connect(RegistrySettings.of(url), TOPICS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("registry.url", url, "404");
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
