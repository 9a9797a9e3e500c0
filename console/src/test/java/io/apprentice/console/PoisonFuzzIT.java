package io.apprentice.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.AgreementWindow;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseDistance;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentManifest;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingEventKind;
import io.apprentice.schemas.TrainingLineage;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.testing.Fuzz;
import io.apprentice.testing.PoisonedRecords.Sample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Poison through the page's reader of each topic, by the codecs of a real registry. */
class PoisonFuzzIT {

    private static final Topics TOPICS = new Topics(new TopicSettings("", 1, 1, true));
    private static final Instant AT = Instant.ofEpochSecond(1_700_000_000);
    private static final PoseDistance APART = new PoseDistance(0.01, 0.05, 0.01, 2.0);
    private static final int LOOK_EVERY = 5_000;

    @TempDir
    private static Path directory;

    private static EmbeddedRegistry registry;
    private static ServiceContext context;

    private final Gallery gallery = new Gallery(1, 0);
    private final Curves curves = new Curves();
    private final Overview overview = new Overview();
    private final Versions versions = new Versions();
    private final Directions directions = new Directions();
    private final DeadLetterList letters = new DeadLetterList();
    private long offset;

    @BeforeAll
    static void startRegistry() throws Exception {
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
        context = new ServiceContext(
                new KafkaSettings(Map.of("bootstrap.servers", "127.0.0.1:9")),
                TOPICS,
                AvroCodecs.connect(RegistrySettings.of(registry.url()), TOPICS),
                new SimpleMeterRegistry());
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    private static <T extends SpecificRecordBase> Sample sample(Topic topic, Class<T> type, String key, T record) {
        return new Sample(
                record.getSchema(),
                key.getBytes(UTF_8),
                context.codecs().codec(topic, type).encode(record));
    }

    private static Sample sample(Topic topic) {
        return switch (topic) {
            case FRAMES, DEAD_LETTERS -> sample(Topic.FRAMES, Frame.class, "left", Samples.frame("left", 0, 2_000));
            case LOCAL_PREDICTIONS -> sample(topic, LocalPredictions.class, "left", Samples.label("left", 0));
            case STUDENT_PREDICTIONS -> sample(topic, StudentPredictions.class, "left", Samples.cloud("left", 0));
            case POSES -> sample(topic, PoseEstimate.class, "left", Samples.pose("left", 0, PoseStatus.ESTIMATED));
            case AGREEMENT -> sample(topic, Agreement.class, "left", agreement());
            case STUDENT_MODELS -> sample(topic, StudentModel.class, "student/3/0", part());
            case TRAINING_PROGRESS ->
                sample(
                        topic,
                        TrainingProgress.class,
                        "student",
                        new TrainingProgress("student", AT, 9L, 1L, 8L, 7, 3L, Map.of("total", 1.5), 0L, 0L));
            case TRAINING_EVENTS ->
                sample(
                        topic,
                        TrainingEvent.class,
                        "student",
                        new TrainingEvent(
                                "student",
                                AT,
                                TrainingEventKind.PROMOTED,
                                3L,
                                9L,
                                8L,
                                "left",
                                Map.of("recent", 0.1),
                                "better",
                                ""));
            case DIRECTIVES ->
                sample(
                        topic,
                        Directive.class,
                        "pin/student",
                        new Directive("", 0, "student", AT, "", DirectiveKind.PIN, 3L, "ada"));
            case TRAINING_CHECKPOINTS, TRAINING_ORDER -> throw new IllegalArgumentException("not on the page");
        };
    }

    private static Agreement agreement() {
        return new Agreement(
                "left",
                0L,
                AT,
                new FrameRef(0, 0L),
                "parcel",
                "student",
                3L,
                "teacher",
                2L,
                true,
                APART,
                APART,
                APART,
                new AgreementWindow(9L, 8L, 9L, 0.05));
    }

    private static StudentModel part() {
        StudentManifest manifest = new StudentManifest(
                "wdrnet-darknet-tiny-h",
                List.of("parcel"),
                "ab".repeat(32),
                9L,
                AT,
                2L,
                new TrainingLineage("cd", 1L, 9L, 0L, 8L, Map.of("0", 9L)),
                Map.of("total", 1.5),
                null,
                null);
        return new StudentModel("student", 3L, 0, 1, manifest, ByteBuffer.wrap(new byte[9]));
    }

    @ParameterizedTest
    @EnumSource(
            value = Topic.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TRAINING_CHECKPOINTS", "TRAINING_ORDER"})
    void page_showsWhatItCan(Topic topic) {
        try (TopicWatch watch = new TopicWatch(context, gallery, curves, overview, versions, directions, letters)) {
            Fuzz.run("console", topic.baseName(), List.of(sample(topic)), System.currentTimeMillis(), poison -> {
                Received record = new Received(
                        TOPICS.name(topic),
                        0,
                        offset++,
                        poison.timestamp(),
                        poison.key(),
                        poison.value(),
                        topic == Topic.DEAD_LETTERS
                                ? DeadLetters.headers(origin(), "stage", new IOException("x"))
                                : origin().headers());
                long before = unreadable(topic);
                watch.take(record);
                if (offset % LOOK_EVERY == 0) {
                    look();
                }
                return topic == Topic.DEAD_LETTERS
                        ? poison.value() == null ? "shown without value" : "shown"
                        : unreadable(topic) > before ? "not shown, counted" : "shown";
            });
        }
    }

    private static Received origin() {
        return new Received(
                "frames",
                0,
                1,
                0,
                new byte[0],
                new byte[0],
                new org.apache.kafka.common.header.internals.RecordHeaders());
    }

    private long unreadable(Topic topic) {
        return overview.unreadableSoFar(topic);
    }

    /** All that a page asks for. */
    private void look() throws IOException {
        long now = System.currentTimeMillis();
        overview.tick(curves, Duration.ZERO, now);
        for (Object json : List.of(
                overview.json(now),
                curves.json(0, 0, now),
                curves.agreement(now),
                versions.json(),
                directions.json(),
                letters.json())) {
            new ObjectMapper().readTree(json.toString());
        }
        gallery.after(0, List.of(), Duration.ofMillis(1)).block();
        assertThat(gallery.cameras()).hasSizeLessThanOrEqualTo(1_000);
    }
}
