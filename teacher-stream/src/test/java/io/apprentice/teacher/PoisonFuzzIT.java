package io.apprentice.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.testing.Fuzz;
import io.apprentice.testing.PoisonedRecords.Poison;
import io.apprentice.testing.PoisonedRecords.Sample;
import io.apprentice.wire.FrameMapping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Poison through each reader of the teacher, by the codecs of a real registry. */
class PoisonFuzzIT {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectModel PARCEL = Parcel.model();

    @TempDir
    private static Path directory;

    private static EmbeddedRegistry registry;
    private static AvroCodecs codecs;

    @BeforeAll
    static void startRegistry() throws Exception {
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
        codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), new Topics(new TopicSettings("", 1, 1, true)));
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

    private static Frame frame() {
        CameraIntrinsics camera = new CameraIntrinsics(40, 40, 19.5, 14.5, 40, 30);
        byte[] image = ImageCodec.encodeJpeg(RgbImage.black(40, 30), 80);
        Frame frame = FrameMapping.toRecord("left", 7, Instant.EPOCH, ImageEncoding.JPEG, camera, image);
        frame.setDetections(List.of(new Detection("parcel", 10.0, 5.0, 20.0, 20.0, 0.9)));
        frame.getIntrinsics().setDistortion(List.of(0.01, 0.0, 0.0, 0.0));
        return frame;
    }

    @Test
    void frames_areLabelledOrRefused() {
        TeacherSettings settings = TeacherSettings.DEFAULTS;
        TeacherMetrics metrics = new TeacherMetrics(new SimpleMeterRegistry());
        AvroCodec<Frame> frames = codecs.codec(Topic.FRAMES, Frame.class);
        AvroCodec<LocalPredictions> labels = codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        TeacherVersion teacher = new TeacherVersion(
                new TeacherRef("big", 0L, "abc"),
                new PoseEstimator(
                        Frames.untrained("parcel"),
                        List.of(PARCEL),
                        known -> new SameAnswer(new WdrNet(known, Precision.FLOAT32)),
                        Workers.none()));
        DueFrames due = new DueFrames(settings, frames, camera -> 1, metrics, () -> NOW);
        try (Labeller labeller =
                new Labeller(settings, List.of(PARCEL), teacher, Optional.empty(), due, metrics, Workers.none())) {
            Fuzz.run(
                    "teacher",
                    "frames",
                    List.of(sample(Topic.FRAMES, Frame.class, "left", frame())),
                    NOW.toEpochMilli(),
                    poison -> {
                        Labels made = labeller.label(Flux.just(List.of(received("frames", poison))))
                                .blockLast();
                        assertThat(made.labelled().size() + made.rejected().size())
                                .isLessThanOrEqualTo(1);
                        made.labelled().forEach(label -> labels.encode(label.predictions()));
                        return made.labelled().isEmpty()
                                ? made.rejected().isEmpty() ? "too old" : "dead letter"
                                : "labelled";
                    });
        }
    }

    @Test
    void directives_areStridesOrPassedOver() {
        try (Strides strides = new Strides(3, codecs.codec(Topic.DIRECTIVES, Directive.class))) {
            List<Sample> samples = List.of(
                    sample(
                            Topic.DIRECTIVES,
                            Directive.class,
                            "stride/left",
                            new Directive("left", 5, "", Instant.EPOCH, "", DirectiveKind.STRIDE, null, "ada")),
                    sample(
                            Topic.DIRECTIVES,
                            Directive.class,
                            "left",
                            new Directive("left", 4, "student", Instant.EPOCH, "", DirectiveKind.STRIDE, null, "")));
            Fuzz.run("teacher", "directives", samples, NOW.toEpochMilli(), poison -> {
                strides.take(received("directives", poison));
                assertThat(strides.of("left")).isPositive();
                return strides.of("left") == 3 ? "as set" : "as directed";
            });
        }
    }

    private static Received received(String topic, Poison poison) {
        return new Received(topic, 0, 0, poison.timestamp(), poison.key(), poison.value(), new RecordHeaders());
    }
}
