package io.apprentice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingCheckpoint;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What earlier releases wrote is read. {@code releases/COMMIT.zip} is the folder that a run of that commit left, and its student,
 * whose weights are zeros, so they take no room: {@code up --data=FOLDER --student=student.safetensors --rate=1 --for=9s
 * --stride=1 --set=student.publish-every=3}.
 */
class UpgradeIT {

    /** What every run writes. */
    private static final Map<Topic, Class<? extends SpecificRecord>> RECORDS = Map.of(
            Topic.FRAMES, Frame.class,
            Topic.LOCAL_PREDICTIONS, LocalPredictions.class,
            Topic.STUDENT_MODELS, StudentModel.class,
            Topic.TRAINING_CHECKPOINTS, TrainingCheckpoint.class,
            Topic.POSES, PoseEstimate.class,
            Topic.AGREEMENT, Agreement.class,
            Topic.TRAINING_PROGRESS, TrainingProgress.class,
            Topic.TRAINING_EVENTS, TrainingEvent.class);

    /** Nothing ages out while it is read. */
    private static final Map<String, String> KEEP_ALL = Map.of("log.retention.check.interval.ms", "86400000");

    private static final int FRAMES = 12;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = "9687c24")
    void up_onTheFolderOfAnEarlierRelease_goesOnFromItsCheckpoint(String release) throws IOException {
        Path data = folder.resolve("data");
        unpack(release, data);
        Path summary = folder.resolve("summary.json");
        int exit = Main.commandLine(folder.resolve("log"))
                .execute(
                        "up",
                        "--camera=synthetic:parcel?frames=" + FRAMES,
                        "--rate=max",
                        "--stride=1",
                        "--teacher=" + Path.of("../models/teacher-parcel.safetensors"),
                        "--student=" + data.resolve("student.safetensors"),
                        "--summary=" + summary,
                        "--data=" + data,
                        "--no-console",
                        "--set=student.publish-every=3",
                        "--set=inference.state-directory=" + folder.resolve("streams"));
        assertThat(exit).isZero();
        JsonNode result = new ObjectMapper().readTree(summary.toFile());
        assertThat(result.get("frames").asInt()).isEqualTo(FRAMES);
        assertThat(result.get("poses").asInt()).isEqualTo(FRAMES);
        assertThat(result.get("labelled").asInt()).isEqualTo(FRAMES);
        assertThat(result.get("dead_letters").asInt()).isZero();
        // those of before count on
        assertThat(result.get("labels_trained").asInt()).isGreaterThan(FRAMES);
    }

    @ParameterizedTest
    @ValueSource(strings = "9687c24")
    void records_ofAnEarlierRelease_areRead(String release) throws Exception {
        Path data = folder.resolve("data");
        unpack(release, data);
        try (EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("broker"), 0, KEEP_ALL);
                EmbeddedRegistry registry = EmbeddedRegistry.start(data.resolve("registry"), 0);
                RecordReader reader = new RecordReader(KafkaSettings.of(broker.bootstrapServers()))) {
            Topics topics = new Topics(TopicSettings.DEFAULTS);
            AvroCodecs codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), topics);
            for (Map.Entry<Topic, Class<? extends SpecificRecord>> topic : RECORDS.entrySet()) {
                AvroCodec<?> codec = codecs.codec(topic.getKey(), topic.getValue());
                List<Received> records = reader.readToEnd(topics.name(topic.getKey()))
                        .collectList()
                        .block();
                assertThat(records).as(topic.getKey().baseName()).isNotEmpty();
                for (Received record : records) {
                    if (record.value() != null) {
                        codec.decode(record.value());
                    }
                }
            }
        }
    }

    private static void unpack(String release, Path target) throws IOException {
        try (InputStream file = UpgradeIT.class.getResourceAsStream("/releases/" + release + ".zip");
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path path = target.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(zip, path);
                }
            }
        }
    }
}
