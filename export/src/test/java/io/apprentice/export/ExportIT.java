package io.apprentice.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.recordings.bop.BopResult;
import io.apprentice.recordings.bop.BopResults;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Quality;
import io.apprentice.schemas.Region;
import io.apprentice.schemas.StudentRef;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.SpanReader.Span;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.wire.FrameMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two cameras' topics on a real broker, exported and read back. */
class ExportIT {

    private static final int FRAMES = 40;
    private static final int STRIDE = 4;
    /** Every fifth answer is LOST. */
    private static final int LOST = 5;

    private static final long BETWEEN_MILLIS = 100;
    private static final Duration ON_THE_WAY = Duration.ofMillis(20);
    private static final Duration ESTIMATION = Duration.ofMillis(35);
    private static final byte[] IMAGE = ImageCodec.encodeJpeg(RgbImage.black(64, 48), 90);
    private static final CameraIntrinsics CAMERA =
            new CameraIntrinsics(60, 61, 31.5, 23.5, 64, 48, List.of(0.1, -0.2, 0.0, 0.0));

    @TempDir
    private static Path servers;

    @TempDir
    private Path folder;

    private static Instant start;
    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;
    private static Topics topics;
    private static AvroCodecs codecs;

    @BeforeAll
    static void publish() throws Exception {
        start = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
        broker = EmbeddedBroker.start(servers.resolve("broker"), 0);
        registry = EmbeddedRegistry.start(servers.resolve("registry"), 0);
        topics = new Topics(new TopicSettings("export-it.", 2, 1, true));
        TopicAdmin.ensure(KafkaSettings.of(broker.bootstrapServers()), topics.settings(), List.of(Topic.values()));
        codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), topics);
        AvroCodec<Frame> frames = codecs.codec(Topic.FRAMES, Frame.class);
        AvroCodec<PoseEstimate> poses = codecs.codec(Topic.POSES, PoseEstimate.class);
        AvroCodec<LocalPredictions> labels = codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "export-it"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < FRAMES; i++) {
                for (int partition = 0; partition < 2; partition++) {
                    String camera = partition == 0 ? "left" : "right";
                    producer.beginTransaction();
                    long offset = send(producer, Topic.FRAMES, partition, arrival(i), frames.encode(frame(camera, i)));
                    producer.commitTransaction();
                    FrameRef ref = new FrameRef(partition, offset);
                    producer.beginTransaction();
                    send(producer, Topic.POSES, partition, arrival(i), poses.encode(pose(camera, i, ref, 99)));
                    producer.abortTransaction();
                    producer.beginTransaction();
                    send(producer, Topic.POSES, partition, arrival(i), poses.encode(pose(camera, i, ref, i)));
                    if (i % STRIDE == 0) {
                        byte[] label = labels.encode(label(camera, i, ref));
                        send(
                                producer,
                                Topic.LOCAL_PREDICTIONS,
                                partition,
                                arrival(i).plusMillis(500),
                                label);
                    }
                    producer.commitTransaction();
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    private static Instant arrival(int i) {
        return start.plusMillis(i * BETWEEN_MILLIS);
    }

    /** Sends a record; returns its offset. */
    private static long send(
            KafkaProducer<byte[], byte[]> producer, Topic topic, int partition, Instant time, byte[] value)
            throws Exception {
        return producer.send(
                        new ProducerRecord<>(topics.name(topic), partition, time.toEpochMilli(), new byte[0], value))
                .get()
                .offset();
    }

    private static Frame frame(String camera, int i) {
        return FrameMapping.toRecord(camera, i, arrival(i).minus(ON_THE_WAY), ImageEncoding.JPEG, CAMERA, IMAGE);
    }

    private static PoseEstimate pose(String camera, int i, FrameRef ref, double z) {
        boolean lost = i % LOST == 0;
        return PoseEstimate.newBuilder()
                .setCameraId(camera)
                .setSequence(i)
                .setCapturedAt(arrival(i).minus(ON_THE_WAY))
                .setEstimatedAt(arrival(i).plus(ESTIMATION))
                .setFrameRef(ref)
                .setObjectId("parcel")
                .setStatus(lost ? PoseStatus.LOST : PoseStatus.ESTIMATED)
                .setObjectToCamera(lost ? null : new Pose(0.0, 0.6, 0.0, 0.8, 0.1, -0.2, z))
                .setScore(0.75)
                .setInliers(10)
                .setReprojectionError(1)
                .setStudent(new StudentRef("student", 3L))
                .build();
    }

    private static LocalPredictions label(String camera, int i, FrameRef ref) {
        return new LocalPredictions(
                camera,
                (long) i,
                arrival(i).minus(ON_THE_WAY),
                ref,
                new TeacherRef("teacher", 2L, ""),
                List.of(new ObjectPredictions(
                        "parcel",
                        new Region(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 64),
                        new KeypointVotes(2, List.of(0.9f, 0.4f), List.of(10f, 20f, 11f, 21f, 12f, 22f, 13f, 23f)),
                        null,
                        null,
                        new Quality(0, 0, 0.0, 0.9),
                        false,
                        null)));
    }

    private ExportReport export(Format format, String file, FrameRange range, String... cameras) throws IOException {
        return new Export(
                        KafkaSettings.of(broker.bootstrapServers()),
                        codecs,
                        topics,
                        new Export.Request(format, folder.resolve(file), range, Set.of(cameras), Set.of(), Map.of()))
                .run(share -> assertThat(share).isBetween(0.0, 1.0));
    }

    private static FrameRange all() {
        return new FrameRange(Optional.empty(), Optional.empty(), Map.of());
    }

    private static FrameRange between(int first, int end) {
        return new FrameRange(Optional.of(arrival(first)), Optional.of(arrival(end)), Map.of());
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    @Test
    void mcap_readByAnotherReader_hasEachRecordOnceWithItsNumbers() throws Exception {
        ExportReport report = export(Format.MCAP, "run.mcap", all());
        int found = 2 * (FRAMES - FRAMES / LOST);
        int labelled = 2 * FRAMES / STRIDE;
        assertThat(report.poses()).isEqualTo(found);
        assertThat(report.lost()).isEqualTo(2 * FRAMES / LOST);
        assertThat(report.images()).isEqualTo(2 * FRAMES);
        assertThat(report.labels()).isEqualTo(labelled);
        assertThat(leftovers()).containsExactly("run.mcap");

        JsonNode read = Node.read(folder.resolve("run.mcap"));
        int messages = 4 * FRAMES + 2 * found + labelled;
        assertThat(read.get("whole").asBoolean()).isTrue();
        assertThat(read.get("statistics").asInt()).isEqualTo(messages);
        assertThat(read.at("/records/Message").asInt()).isEqualTo(messages);
        assertThat(read.get("chunks").asInt())
                .isEqualTo(read.at("/records/ChunkIndex").asInt())
                .isPositive();
        assertThat(read.get("offsets").asInt()).isEqualTo(4);
        assertThat(read.get("start").asText()).isEqualTo(nanos(arrival(0).minus(ON_THE_WAY)));
        assertThat(read.get("end").asText()).isEqualTo(nanos(arrival(FRAMES - 1).minus(ON_THE_WAY)));
        assertThat(read.get("messages")).hasSize(messages);

        JsonNode image = one(read, "/right/image", "foxglove.CompressedImage", 7);
        assertThat(Base64.getDecoder().decode(image.at("/data/data").asText())).isEqualTo(IMAGE);
        assertThat(image.at("/data/format").asText()).isEqualTo("jpeg");
        assertThat(image.at("/data/frame_id").asText()).isEqualTo("right");
        assertThat(image.get("logTime").asText()).isEqualTo(nanos(arrival(7).minus(ON_THE_WAY)));
        assertThat(image.get("publishTime").asText()).isEqualTo(nanos(arrival(7)));
        JsonNode stamp = image.at("/data/timestamp");
        assertThat(Instant.ofEpochSecond(
                        stamp.get("seconds").asLong(), stamp.get("nanos").asLong()))
                .isEqualTo(arrival(7).minus(ON_THE_WAY));

        JsonNode calibration =
                one(read, "/left/calibration", "foxglove.CameraCalibration", 7).get("data");
        assertThat(numbers(calibration.get("K"))).containsExactly(60.0, 0.0, 31.5, 0.0, 61.0, 23.5, 0.0, 0.0, 1.0);
        assertThat(numbers(calibration.get("P")))
                .containsExactly(60.0, 0.0, 31.5, 0.0, 0.0, 61.0, 23.5, 0.0, 0.0, 0.0, 1.0, 0.0);
        assertThat(numbers(calibration.get("D"))).containsExactly(0.1, -0.2, 0.0, 0.0, 0.0);
        assertThat(calibration.get("width").asInt()).isEqualTo(64);

        JsonNode pose = one(read, "/left/parcel/pose", "foxglove.PoseInFrame", 7);
        assertThat(numbers(pose.at("/data/pose/position"))).containsExactly(0.1, -0.2, 7.0);
        assertThat(numbers(pose.at("/data/pose/orientation"))).containsExactly(0.0, 0.6, 0.0, 0.8);
        assertThat(pose.get("publishTime").asText()).isEqualTo(nanos(arrival(7).plus(ESTIMATION)));

        JsonNode votes =
                one(read, "/left/predictions", "foxglove.ImageAnnotations", 8).at("/data/points/0");
        assertThat(votes.get("type").asText()).isEqualTo("POINTS");
        assertThat(votes.get("points")).hasSize(4);
        assertThat(numbers(votes.at("/points/3"))).containsExactly(13.5, 23.5);
        assertThat(votes.at("/outline_colors/1/a").asDouble()).isCloseTo(0.9, within(1e-6));
        assertThat(votes.at("/outline_colors/3/a").asDouble()).isCloseTo(0.4, within(1e-6));
    }

    @Test
    void mcap_givenOffsets_hasTheFramesThereAndWhatBelongsToThem() throws Exception {
        FrameRange range = new FrameRange(Optional.empty(), Optional.empty(), Map.of(1, new Span(20, 40)));
        ExportReport report = export(Format.MCAP, "run.mcap", range);
        assertThat(report.images())
                .as("a marker of a transaction follows each frame")
                .isEqualTo(10);
        assertThat(report.poses() + report.lost()).isEqualTo(10);
        assertThat(report.labels()).isEqualTo(2);
    }

    @Test
    void csv_readAsBopResults_hasThePosesOfTheTimes() throws Exception {
        ExportReport report = export(Format.CSV, "run.csv", between(10, 30), "right");
        List<BopResult> rows = BopResults.read(folder.resolve("run.csv"));
        assertThat(rows).hasSize(16).hasSize((int) report.poses());
        assertThat(report.lost()).isEqualTo(4);
        assertThat(report.notes()).contains("scene_id 1 is camera right", "obj_id 1 is object parcel");
        BopResult first = rows.get(0);
        assertThat(first.image()).isEqualTo(11);
        assertThat(first.score()).isEqualTo(0.75);
        assertThat(first.objectToCamera().translation()).containsExactly(0.1, -0.2, 11.0);
        assertThat(first.objectToCamera().rotation()[0]).isCloseTo(0.28, within(1e-12)); // 1 - 2 * 0.6²
        assertThat(first.seconds()).isEqualTo(0.035);
    }

    @Test
    void tum_hasAFilePerCameraAndObject() throws Exception {
        export(Format.TUM, "tum", all());
        assertThat(leftovers()).containsExactlyInAnyOrder("left,parcel.txt", "right,parcel.txt");
        List<String> lines = Files.readAllLines(folder.resolve("tum/left,parcel.txt"), UTF_8);
        assertThat(lines).hasSize(1 + FRAMES - FRAMES / LOST);
        String[] words = lines.get(1).split(" ");
        Instant time = arrival(1).minus(ON_THE_WAY);
        assertThat(words[0]).isEqualTo("%d.%03d000".formatted(time.getEpochSecond(), time.getNano() / 1_000_000));
        assertThat(Stream.of(words).skip(1).map(Double::valueOf)).containsExactly(0.1, -0.2, 1.0, 0.0, 0.6, 0.0, 0.8);
    }

    @Test
    void run_givenUnknownCamera_namesItAndLeavesNothing() throws Exception {
        assertThatThrownBy(() -> export(Format.MCAP, "run.mcap", all(), "left", "cellar"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("camera 'cellar'")
                .hasMessageContaining("[left, right]");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void run_givenEmptyRange_namesItAndLeavesTheOldFile() throws Exception {
        Files.writeString(folder.resolve("run.csv"), "old");
        FrameRange later = new FrameRange(Optional.of(start.plusSeconds(3600)), Optional.empty(), Map.of());
        assertThatThrownBy(() -> export(Format.CSV, "run.csv", later))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing to export in " + start.plusSeconds(3600));
        assertThat(folder.resolve("run.csv")).hasContent("old");
        assertThat(leftovers()).containsExactly("run.csv");
    }

    private static JsonNode one(JsonNode read, String topic, String schema, int sequence) {
        List<JsonNode> found = new ArrayList<>();
        read.get("messages").forEach(message -> {
            if (message.get("topic").asText().equals(topic)
                    && message.get("sequence").asInt() == sequence) {
                found.add(message);
            }
        });
        assertThat(found).as(topic).hasSize(1);
        assertThat(found.get(0).get("schema").asText()).isEqualTo(schema);
        return found.get(0);
    }

    /** The numbers of an array, or of an object's fields in order. */
    private static List<Double> numbers(JsonNode node) {
        List<Double> numbers = new ArrayList<>();
        node.forEach(number -> numbers.add(number.asDouble()));
        return numbers;
    }

    private static String nanos(Instant time) {
        return Long.toString(ChronoUnit.NANOS.between(Instant.EPOCH, time));
    }
}
