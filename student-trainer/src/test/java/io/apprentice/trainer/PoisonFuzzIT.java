package io.apprentice.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.learning.sample.HeldLabel;
import io.apprentice.learning.sample.SampleExtractor;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.ForegroundMap;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.SurfaceCodes;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.testing.Fuzz;
import io.apprentice.testing.PoisonedRecords.Poison;
import io.apprentice.testing.PoisonedRecords.Sample;
import io.apprentice.wire.LabelMapping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Poison through each reader of the trainer, by the codecs of a real registry. */
class PoisonFuzzIT {

    private static final long NOW = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final Topics TOPICS = new Topics(new TopicSettings("", 1, 1, true));
    /** Samples and steps take long, so few of the labels that pass are cut out, and fewer are learnt. */
    private static final int CUT_OUT_EVERY = 5;

    private static final int LEARN_EVERY = 500;

    private static final int LEARNT_BEFORE = 8;

    @TempDir
    private static Path directory;

    private static EmbeddedRegistry registry;
    private static AvroCodecs codecs;

    private final TrainingCrop crop = LabelTopics.crops().crop(0);
    private final CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), LabelTopics.SIZE);
    private final Frame frame = LabelTopics.frame("left", 0, crop, camera);
    private final LocalPredictions votes = LabelTopics.label("left", 0, crop, camera, new FrameRef(0, 0L));
    private final NetworkWeights start = TinyStudent.start();
    private final StudentSettings settings = TinyStudent.settings("student", Mode.REPLAY, 1);
    private final SampleExtractor extractor = new SampleExtractor(
            Map.of("parcel", TinyStudent.PARCEL),
            List.of("parcel"),
            start.cropSize(),
            start.architecture().head(),
            settings.gate(),
            settings.augmentation());
    private int passed;

    @BeforeAll
    static void startRegistry() throws Exception {
        TorchRuntime.useThreads(1);
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
        codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), TOPICS);
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    private static <T extends SpecificRecordBase> Sample sample(Topic topic, Class<T> type, String key, T record) {
        return new Sample(
                record.getSchema(),
                key.getBytes(UTF_8),
                codecs.codec(topic, type).encode(record));
    }

    /** A label of a dense network, and with a foreground map. */
    private LocalPredictions codes() {
        LocalPredictions label = LabelTopics.label("left", 0, crop, camera, new FrameRef(0, 0L));
        label.getObjects()
                .get(0)
                .setPredictions(new SurfaceCodes(
                        8, List.of(0.9f, 0.8f), List.of(70f, 80f, 90f, 60f), List.of(), ByteBuffer.wrap(new byte[16])));
        label.getObjects().get(0).setForeground(new ForegroundMap(4, 4, ByteBuffer.wrap(new byte[16])));
        return label;
    }

    private Frame distorted() {
        Frame other = LabelTopics.frame("left", 0, crop, camera);
        other.getIntrinsics().setDistortion(List.of(0.1, -0.05, 0.001, 0.0, 0.0));
        return other;
    }

    @Test
    void labels_areLearntOrRefused() throws IOException {
        List<Sample> samples = List.of(
                sample(Topic.LOCAL_PREDICTIONS, LocalPredictions.class, "left", votes),
                sample(Topic.LOCAL_PREDICTIONS, LocalPredictions.class, "left", codes()));
        try (StudentFold fold = fold()) {
            Fuzz.run("trainer", "local-predictions", samples, NOW, poison -> {
                LocalPredictions label;
                try {
                    label = codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class)
                            .decode(poison.value());
                } catch (UndecodableRecordException e) {
                    return "dead letter";
                }
                return learn(fold, label, frame);
            });
        }
    }

    @Test
    void frames_ofLabels_areLearntOrRefused() throws IOException {
        List<Sample> samples = List.of(
                sample(Topic.FRAMES, Frame.class, "left", frame),
                sample(Topic.FRAMES, Frame.class, "left", distorted()));
        try (StudentFold fold = fold()) {
            Fuzz.run("trainer", "frames", samples, NOW, poison -> {
                Frame other;
                try {
                    other = codecs.codec(Topic.FRAMES, Frame.class).decode(poison.value());
                } catch (UndecodableRecordException e) {
                    return "dead letter";
                }
                return learn(fold, votes, other);
            });
        }
    }

    private StudentFold fold() throws IOException {
        StudentFold fold = new StudentFold(
                TinyStudent.start(), TinyStudent.OBJECTS, TinyStudent.settings("student", Mode.REPLAY, 1));
        for (int i = 0; i < LEARNT_BEFORE; i++) { // the first steps take seconds
            learn(fold, LabelMapping.fromRecords(new LabelReference(0, passed++), votes, frame), votes);
        }
        return fold;
    }

    private static void learn(StudentFold fold, Label label, LocalPredictions of) {
        fold.fold(new TaughtLabel(label, of.getCameraId(), of.getTeacher(), of.getFrameRef()));
    }

    private String learn(StudentFold fold, LocalPredictions predictions, Frame of) {
        Label label;
        try {
            label = LabelMapping.fromRecords(new LabelReference(0, passed), predictions, of);
        } catch (IOException e) {
            return "dead letter";
        }
        if (++passed % CUT_OUT_EVERY > 0) {
            return "passed";
        }
        Optional<HeldLabel> held = extractor.hold(label);
        if (held.isEmpty()) {
            return "nothing to learn";
        }
        extractor.exams(held.get());
        held.get().objects().stream()
                .limit(3)
                .forEach(object -> extractor.sample(held.get(), object, new SplittableRandom(passed)));
        if (passed % LEARN_EVERY == 0) {
            learn(fold, label, predictions);
        }
        return "learnt";
    }

    @Test
    void directives_areOrdersOrPassedOver() {
        ServiceContext context = new ServiceContext(
                new KafkaSettings(Map.of("bootstrap.servers", "127.0.0.1:9")),
                TOPICS,
                codecs,
                new SimpleMeterRegistry());
        List<Sample> samples = List.of(
                sample(Topic.DIRECTIVES, Directive.class, "pause/student", directive(DirectiveKind.PAUSE, null)),
                sample(Topic.DIRECTIVES, Directive.class, "pin/student", directive(DirectiveKind.PIN, 3L)));
        try (Orders orders = new Orders(context, "student")) {
            Fuzz.run("trainer", "directives", samples, NOW, poison -> {
                orders.take(received(poison));
                return (orders.pausedBy().isPresent() ? "paused" : "works")
                        + (orders.pinned().isPresent() ? ", pinned" : "");
            });
        }
    }

    private static Directive directive(DirectiveKind kind, Long version) {
        return new Directive("", 0, "student", Instant.EPOCH, "", kind, version, "ada");
    }

    private static Received received(Poison poison) {
        return new Received("directives", 0, 0, poison.timestamp(), poison.key(), poison.value(), new RecordHeaders());
    }
}
