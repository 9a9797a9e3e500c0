package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Mode;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology without a broker. The clock stands still. */
final class RunningTopology implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final Topics TOPICS = new Topics(new TopicSettings("", 1, 1, true));

    static WdrNet network(NetworkWeights weights) {
        return new WdrNet(weights, Precision.FLOAT32);
    }

    /** Where records become bytes. */
    interface Codecs {
        <T extends SpecificRecord> AvroCodec<T> codec(Topic topic, Class<T> type);
    }

    /** Avro without a registry. */
    static final Codecs PLAIN = new Codecs() {
        @Override
        public <T extends SpecificRecord> AvroCodec<T> codec(Topic topic, Class<T> type) {
            return new PlainCodec<>(type);
        }
    };

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final StudentSlot students = new StudentSlot();
    final InferenceMetrics metrics = new InferenceMetrics(meters, students);
    private final StudentLoader loader;
    private final Codecs codecs;
    private final AvroCodec<PoseEstimate> poses;
    private final TopologyTestDriver driver;

    /** @param networks makes a student's network */
    RunningTopology(Codecs codecs, Function<NetworkWeights, CropNetwork> networks, Mode mode, Path directory) {
        this.codecs = codecs;
        loader = new StudentLoader(
                new StudentFactory(List.of(Parcel.model()), networks, Workers.none()),
                students,
                metrics.refused(),
                () -> {});
        poses = codecs.codec(Topic.POSES, PoseEstimate.class);
        InferenceSettings d = InferenceSettings.DEFAULTS;
        InferenceSettings settings = new InferenceSettings(
                mode, d.maxAge(), d.student(), d.forgetAfter(), d.threads(), d.commitInterval(), d.host(), directory);
        DeadLetters deadLetters = new DeadLetters(TOPICS, meters);
        Properties properties = new Properties();
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        driver = new TopologyTestDriver(
                InferenceTopology.build(
                        TOPICS,
                        new InferenceTopology.Encoders(
                                poses::encode,
                                codecs.codec(Topic.AGREEMENT, Agreement.class)::encode,
                                codecs.codec(Topic.STUDENT_PREDICTIONS, StudentPredictions.class)::encode),
                        () -> new PoseProcessor(
                                settings,
                                List.of("parcel"),
                                codecs.codec(Topic.FRAMES, Frame.class),
                                deadLetters,
                                students,
                                metrics,
                                () -> NOW),
                        () -> new AgreementProcessor(
                                new Distances(List.of(Parcel.model())),
                                codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class),
                                metrics),
                        () -> new StudentCollector(
                                "",
                                codecs.codec(Topic.STUDENT_MODELS, StudentModel.class),
                                StudentVerifier.NONE,
                                loader::load,
                                metrics.refused()),
                        () -> new DirectiveCheck(codecs.codec(Topic.DIRECTIVES, Directive.class), deadLetters)),
                properties);
    }

    void send(Topic topic, byte[] key, byte[] value, long timestamp) {
        driver.createInputTopic(TOPICS.name(topic), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, null, Math.max(0, timestamp)));
    }

    void send(Frame frame) {
        send(
                Topic.FRAMES,
                frame.getCameraId().getBytes(UTF_8),
                codecs.codec(Topic.FRAMES, Frame.class).encode(frame),
                NOW.toEpochMilli());
    }

    void publish(List<StudentModel> parts) {
        AvroCodec<StudentModel> models = codecs.codec(Topic.STUDENT_MODELS, StudentModel.class);
        parts.forEach(part -> send(
                Topic.STUDENT_MODELS, Students.key(part).getBytes(UTF_8), models.encode(part), NOW.toEpochMilli()));
    }

    /** The first network of a process takes long to compile. */
    void publishAndAwait(long version) {
        publish(Students.parts(version, "parcel"));
        await().atMost(Duration.ofSeconds(60)).until(() -> students.version() == version);
    }

    /** What came out since the last look. */
    List<TestRecord<byte[], byte[]>> read(Topic topic) {
        return driver.createOutputTopic(TOPICS.name(topic), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** The poses that came out since the last look. */
    List<PoseEstimate> poses() {
        return read(Topic.POSES).stream()
                .map(record -> {
                    try {
                        return poses.decode(record.value());
                    } catch (UndecodableRecordException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    /** A header of a dead letter. */
    static String header(TestRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }

    @Override
    public void close() {
        driver.close();
        loader.close();
        students.close();
    }
}
