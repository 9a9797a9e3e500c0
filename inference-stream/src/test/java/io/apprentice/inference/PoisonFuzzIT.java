package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.testing.Fuzz;
import io.apprentice.testing.PoisonedRecords.Sample;
import io.apprentice.wire.DirectiveKey;
import io.apprentice.wire.FrameMapping;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Poison through each reader of the inference, by the codecs of a real registry. */
class PoisonFuzzIT {

    private static final long NOW = RunningTopology.NOW.toEpochMilli();

    @TempDir
    private static Path directory;

    private static EmbeddedRegistry registry;

    private AvroCodecs codecs;
    private RunningTopology inference;

    @BeforeAll
    static void startRegistry() throws Exception {
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @BeforeEach
    void start(@TempDir Path states) throws Exception {
        codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), RunningTopology.TOPICS);
        inference = new RunningTopology(
                codecs::codec, known -> new SameAnswer(RunningTopology.network(known)), Mode.LIVE, states);
    }

    @AfterEach
    void close() {
        inference.close();
    }

    private <T extends SpecificRecord> Sample sample(Topic topic, Class<T> type, String key, T record) {
        AvroCodec<T> codec = codecs.codec(topic, type);
        return new Sample(record.getSchema(), key.getBytes(UTF_8), codec.encode(record));
    }

    /** A small picture, so that many fit into a minute. */
    private static Frame frame() {
        CameraIntrinsics camera = new CameraIntrinsics(40, 40, 19.5, 14.5, 40, 30);
        byte[] image = ImageCodec.encodeJpeg(RgbImage.black(40, 30), 80);
        Frame frame = FrameMapping.toRecord("left", 7, Instant.EPOCH, ImageEncoding.JPEG, camera, image);
        frame.setDetections(List.of(new Detection("parcel", 10.0, 5.0, 20.0, 20.0, 0.9)));
        frame.setGroundTruth(List.of(new GroundTruth("parcel", Agreements.at(0.5), 1.0)));
        frame.getIntrinsics().setDistortion(List.of(0.01, 0.0, 0.0, 0.0));
        return frame;
    }

    @Test
    void frames_throughTheTopology() {
        inference.publishAndAwait(0);
        Fuzz.run("inference", "frames", List.of(sample(Topic.FRAMES, Frame.class, "left", frame())), NOW, poison -> {
            inference.send(Topic.FRAMES, poison.key(), poison.value(), poison.timestamp());
            List<PoseEstimate> poses = inference.poses();
            List<TestRecord<byte[], byte[]>> letters = inference.read(Topic.DEAD_LETTERS);
            assertThat(poses.size() + letters.size()).isBetween(1, 2);
            letters.forEach(letter -> assertThat(letter.value()).isEqualTo(poison.value()));
            inference.read(Topic.AGREEMENT);
            inference.read(Topic.STUDENT_PREDICTIONS);
            return poses.isEmpty()
                    ? "dead letter"
                    : poses.get(0).getStatus() + (letters.isEmpty() ? "" : " and dead letter");
        });
    }

    @Test
    void labels_throughTheComparison() {
        MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
        AgreementProcessor processor = new AgreementProcessor(
                new Distances(List.of(Parcel.model())),
                codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class),
                inference.metrics);
        processor.init(context);
        AvroCodec<Agreement> agreements = codecs.codec(Topic.AGREEMENT, Agreement.class);
        Fuzz.run(
                "inference",
                "local-predictions",
                List.of(sample(Topic.LOCAL_PREDICTIONS, LocalPredictions.class, "left", Agreements.label(1, 0.5))),
                NOW,
                poison -> {
                    context.resetForwards();
                    processor.process(new Record<>(
                            new byte[0], Agreements.answer(1, 3, PoseStatus.ESTIMATED, Agreements.at(0.5)), NOW));
                    processor.process(new Record<>(poison.key(), poison.value(), Math.max(0, poison.timestamp())));
                    var compared = context.forwarded(InferenceTopology.AGREEMENT);
                    compared.forEach(forwarded ->
                            agreements.encode((Agreement) forwarded.record().value()));
                    return compared.isEmpty() ? "not compared" : "compared";
                });
    }

    @Test
    void students_throughTheCollector() {
        byte[] file = new byte[3_000];
        new SplittableRandom(1).nextBytes(file);
        List<StudentModel> parts = Students.parts(file, 1, "parcel", 2);
        long[] whole = {0};
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        StudentCollector collector = new StudentCollector(
                "",
                codecs.codec(Topic.STUDENT_MODELS, StudentModel.class),
                StudentVerifier.NONE,
                complete -> whole[0]++,
                meters.counter("refused"));
        Fuzz.run(
                "inference",
                "student-models",
                parts.stream()
                        .map(part -> sample(Topic.STUDENT_MODELS, StudentModel.class, Students.key(part), part))
                        .toList(),
                NOW,
                poison -> {
                    double refused = meters.counter("refused").count();
                    long before = whole[0];
                    collector.process(new Record<>(poison.key(), poison.value(), Math.max(0, poison.timestamp())));
                    return whole[0] > before
                            ? "whole"
                            : meters.counter("refused").count() > refused ? "refused" : "waits for more parts";
                });
    }

    private List<Sample> directives() {
        return List.of(
                sample(
                        Topic.DIRECTIVES,
                        Directive.class,
                        "stride/left",
                        new Directive("left", 3, "student", Instant.EPOCH, "why", DirectiveKind.STRIDE, null, "ada")),
                sample(
                        Topic.DIRECTIVES,
                        Directive.class,
                        new String(
                                DirectiveKey.ofPerson(DirectiveKind.PIN, "student")
                                        .bytes(),
                                UTF_8),
                        new Directive("", 0, "student", Instant.EPOCH, "", DirectiveKind.PIN, 3L, "ada")));
    }

    @Test
    void directives_throughTheTopology() {
        Fuzz.run("inference", "directives", directives(), NOW, poison -> {
            inference.send(Topic.DIRECTIVES, poison.key(), poison.value(), poison.timestamp());
            return inference.read(Topic.DEAD_LETTERS).isEmpty() ? "obeyed by who can" : "dead letter";
        });
    }

    @Test
    void directives_throughTheChoiceOfAStudent() {
        ServiceContext context = new ServiceContext(
                new KafkaSettings(Map.of("bootstrap.servers", "127.0.0.1:9")),
                RunningTopology.TOPICS,
                codecs,
                new SimpleMeterRegistry());
        try (StudentChoice choice = new StudentChoice(context, StudentVerifier.NONE, file -> {})) {
            Fuzz.run("inference (pins)", "directives", directives(), NOW, poison -> {
                choice.take(new Received(
                        "directives", 0, 0, poison.timestamp(), poison.key(), poison.value(), new RecordHeaders()));
                return poison.key() == null ? "passed over" : "taken if it is a pin";
            });
        }
    }
}
