package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Mode;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a frame with a network that knows the parcel: the teacher that comes with the project, published as a student. */
class DemoWeightsTest {

    private static final String WEIGHTS = "models/teacher-parcel.safetensors";
    private static final int FRAMES = 12;

    private final ObjectModel parcel = Parcel.model();
    private final PlainCodec<Frame> frameCodec = new PlainCodec<>(Frame.class);
    private final PlainCodec<PoseEstimate> poseCodec = new PlainCodec<>(PoseEstimate.class);
    private final PlainCodec<StudentModel> modelCodec = new PlainCodec<>(StudentModel.class);

    @TempDir
    private Path directory;

    @Test
    void process_givenTheParcelOnItsTable_estimatesWhereItIs() throws Exception {
        Path weights = upwards(WEIGHTS);
        assumeThat(weights).as(WEIGHTS).isRegularFile();
        Topics topics = new Topics(new TopicSettings("", 1, 1, true));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Properties properties = new Properties();
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        InferenceSettings d = InferenceSettings.DEFAULTS;
        InferenceSettings settings =
                new InferenceSettings(Mode.REPLAY, d.maxAge(), "", 3, 1, d.commitInterval(), d.host(), directory);
        try (StudentSlot students = new StudentSlot()) {
            InferenceMetrics metrics = new InferenceMetrics(meters, students);
            try (StudentLoader loader = new StudentLoader(
                            new StudentFactory(
                                    List.of(parcel), known -> new WdrNet(known, Precision.FLOAT32), Workers.none()),
                            students,
                            metrics.refused(),
                            () -> {});
                    TopologyTestDriver driver = new TopologyTestDriver(
                            InferenceTopology.build(
                                    topics,
                                    new InferenceTopology.Encoders(
                                            poseCodec::encode,
                                            new PlainCodec<>(Agreement.class)::encode,
                                            new PlainCodec<>(StudentPredictions.class)::encode),
                                    () -> new PoseProcessor(
                                            settings,
                                            List.of("parcel"),
                                            frameCodec,
                                            new DeadLetters(topics, meters),
                                            students,
                                            metrics,
                                            Instant::now),
                                    () -> new AgreementProcessor(
                                            new Distances(List.of(parcel)),
                                            new PlainCodec<>(LocalPredictions.class),
                                            metrics),
                                    () -> new StudentCollector(
                                            "", modelCodec, StudentVerifier.NONE, loader::load, metrics.refused()),
                                    () -> new DirectiveCheck(
                                            new PlainCodec<>(Directive.class), new DeadLetters(topics, meters))),
                            properties)) {
                ByteArraySerializer in = new ByteArraySerializer();
                ByteArrayDeserializer out = new ByteArrayDeserializer();
                var models = driver.createInputTopic(topics.name(Topic.STUDENT_MODELS), in, in);
                for (StudentModel part : Students.parts(Files.readAllBytes(weights), 0, "parcel", 12)) {
                    models.pipeInput(Students.key(part).getBytes(UTF_8), modelCodec.encode(part));
                }
                await().atMost(Duration.ofSeconds(60)).until(students::isFilled);
                var frames = driver.createInputTopic(topics.name(Topic.FRAMES), in, in);
                var poses = driver.createOutputTopic(topics.name(Topic.POSES), out, out);
                SyntheticCamera camera = new SyntheticCamera(List.of(parcel), SceneSettings.of(7));
                int good = 0;
                for (int i = 0; i < FRAMES; i++) {
                    SyntheticFrame shown = camera.frame(10L * i);
                    frames.pipeInput("left".getBytes(UTF_8), frameCodec.encode(frame(shown, i)));
                    PoseEstimate pose = poseCodec.decode(poses.readValue());
                    if (pose.getStatus() == PoseStatus.ESTIMATED) {
                        assertThat(pose.getCovariance()).hasSize(36).allMatch(Double::isFinite);
                        assertThat(pose.getInliers()).isPositive();
                        Vec3 truth = shown.truth().get(0).objectToCamera().translation();
                        double error = Math.hypot(
                                pose.getObjectToCamera().getTx() - truth.x(),
                                Math.hypot(
                                        pose.getObjectToCamera().getTy() - truth.y(),
                                        pose.getObjectToCamera().getTz() - truth.z()));
                        good += error < 0.1 * parcel.diameter() ? 1 : 0;
                    }
                }
                // asks whether the way of a frame is right, not how good the network is
                assertThat(good)
                        .as("positions within 0.1 diameter of %d", FRAMES)
                        .isGreaterThanOrEqualTo(FRAMES / 3);
            }
        }
    }

    private static Path upwards(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        return Path.of(name);
    }

    private static Frame frame(SyntheticFrame shown, long sequence) throws IOException {
        CameraIntrinsics k = shown.intrinsics();
        return new Frame(
                "left",
                sequence,
                Instant.EPOCH,
                ImageEncoding.JPEG,
                new Intrinsics(k.width(), k.height(), k.fx(), k.fy(), k.cx(), k.cy(), k.distortion()),
                ByteBuffer.wrap(ImageCodec.encodeJpeg(shown.image(), 90)),
                List.of(),
                List.of(),
                CaptureClock.UNKNOWN,
                null);
    }
}
