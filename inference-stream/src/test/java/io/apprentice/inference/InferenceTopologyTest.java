package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.kafka.Trace;
import io.apprentice.streaming.service.Mode;
import io.apprentice.testing.PemKeys;
import io.apprentice.wire.SigningSettings;
import io.apprentice.wire.StudentSigner;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceTopologyTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final PlainCodec<Frame> frameCodec = new PlainCodec<>(Frame.class);
    private final PlainCodec<PoseEstimate> poseCodec = new PlainCodec<>(PoseEstimate.class);
    private final PlainCodec<StudentModel> modelCodec = new PlainCodec<>(StudentModel.class);
    private final PlainCodec<LocalPredictions> labelCodec = new PlainCodec<>(LocalPredictions.class);
    private final PlainCodec<Directive> directiveCodec = new PlainCodec<>(Directive.class);
    private final PlainCodec<Agreement> agreementCodec = new PlainCodec<>(Agreement.class);
    private final Topics topics = new Topics(new TopicSettings("test.", 4, 1, true));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final StudentSlot students = new StudentSlot();
    private final InferenceMetrics metrics = new InferenceMetrics(meters, students);
    private final StudentLoader loader = new StudentLoader(
            new StudentFactory(List.of(Parcel.model()), known -> new WdrNet(known, Precision.FLOAT32), Workers.none()),
            students,
            metrics.refused(),
            () -> {});

    @TempDir
    private Path directory;

    private StudentVerifier verifier = StudentVerifier.NONE;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> frames;
    private TestInputTopic<byte[], byte[]> models;
    private TestOutputTopic<byte[], byte[]> poses;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    private Topology topology(Mode mode) {
        InferenceSettings d = InferenceSettings.DEFAULTS;
        InferenceSettings settings = new InferenceSettings(
                mode, d.maxAge(), d.student(), d.forgetAfter(), d.threads(), d.commitInterval(), d.host(), directory);
        return InferenceTopology.build(
                topics,
                new InferenceTopology.Encoders(
                        poseCodec::encode, agreementCodec::encode, new PlainCodec<>(StudentPredictions.class)::encode),
                () -> new PoseProcessor(
                        settings,
                        List.of("parcel"),
                        frameCodec,
                        new DeadLetters(topics, meters),
                        students,
                        metrics,
                        () -> NOW),
                () -> new AgreementProcessor(new Distances(List.of(Parcel.model())), labelCodec, metrics),
                () -> new StudentCollector("", modelCodec, verifier, loader::load, metrics.refused()),
                () -> new DirectiveCheck(directiveCodec, new DeadLetters(topics, meters)));
    }

    private void start(Mode mode) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        driver = new TopologyTestDriver(topology(mode), properties);
        ByteArraySerializer in = new ByteArraySerializer();
        ByteArrayDeserializer out = new ByteArrayDeserializer();
        frames = driver.createInputTopic(topics.name(Topic.FRAMES), in, in);
        models = driver.createInputTopic(topics.name(Topic.STUDENT_MODELS), in, in);
        poses = driver.createOutputTopic(topics.name(Topic.POSES), out, out);
        deadLetters = driver.createOutputTopic(topics.name(Topic.DEAD_LETTERS), out, out);
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.close();
        }
        loader.close();
        students.close();
    }

    private void publish(List<StudentModel> parts) {
        parts.forEach(part -> models.pipeInput(Students.key(part).getBytes(UTF_8), modelCodec.encode(part)));
    }

    private void publishAndAwait(long version) {
        publish(Students.parts(version, "parcel"));
        await().until(() -> students.version() == version);
    }

    private void send(Frame frame) {
        send(frame, frame.getCapturedAt());
    }

    private void send(Frame frame, Instant arrival) {
        frames.pipeInput(frame.getCameraId().getBytes(UTF_8), frameCodec.encode(frame), arrival);
    }

    private List<PoseEstimate> answers() {
        List<PoseEstimate> answers = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : poses.readRecordsToList()) {
            try {
                answers.add(poseCodec.decode(record.value()));
            } catch (UndecodableRecordException e) {
                throw new AssertionError(e);
            }
        }
        return answers;
    }

    @Test
    void describe_isTheGoldenFile() throws IOException {
        try (var golden = InferenceTopologyTest.class.getResourceAsStream("/topology.txt")) {
            assertThat(topology(Mode.LIVE).describe().toString().strip())
                    .isEqualToNormalizingNewlines(new String(golden.readAllBytes(), UTF_8).strip());
        }
    }

    @Test
    void process_givenFrames_answersEachOncePerObject() {
        start(Mode.LIVE);
        publishAndAwait(3);

        send(Frames.frame("left", 7, NOW));
        send(Frames.frame("left", 8, NOW));

        assertThat(answers()).hasSize(2).first().satisfies(pose -> {
            assertThat(pose.getCameraId()).isEqualTo("left");
            assertThat(pose.getSequence()).isEqualTo(7);
            assertThat(pose.getObjectId()).isEqualTo("parcel");
            assertThat(pose.getStatus()).isEqualTo(PoseStatus.LOST);
            assertThat(pose.getEstimatedAt()).isEqualTo(NOW);
            assertThat(pose.getStudent().getVersion()).isEqualTo(3);
            assertThat(pose.getFrameRef().getOffset()).isZero();
            assertThat(pose.getStageMicros()).containsKeys("decode", "network", "solve");
        });
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void process_givenAFrameWithATrace_goesOnWithIt() {
        start(Mode.LIVE);
        publishAndAwait(3);
        Headers trace = Trace.begin("capture", NOW);
        Frame frame = Frames.frame("left", 7, NOW);

        frames.pipeInput(new TestRecord<>("left".getBytes(UTF_8), frameCodec.encode(frame), trace, NOW));
        send(frame);

        assertThat(traceId(poses.readRecord().headers())).isEqualTo(traceId(trace));
        assertThat(poses.readRecord().headers().toArray())
                .as("a sender without traces")
                .isEmpty();
    }

    private static String traceId(Headers headers) {
        return new String(headers.lastHeader("traceparent").value(), UTF_8).substring(3, 35);
    }

    @Test
    void process_givenUnreadableRecordBetweenFrames_sendsItsBytesToDeadLettersAndGoesOn() {
        start(Mode.LIVE);
        publishAndAwait(0);
        byte[] poison = "no frame".getBytes(UTF_8);

        send(Frames.frame("left", 0, NOW));
        frames.pipeInput("left".getBytes(UTF_8), poison);
        send(Frames.frame("left", 1, NOW));

        assertThat(answers()).extracting(PoseEstimate::getSequence).containsExactly(0L, 1L);
        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertThat(letter.value()).isEqualTo(poison);
        assertThat(letter.headers().lastHeader("stage").value()).isEqualTo("inference.decode".getBytes(UTF_8));
        assertThat(letter.headers().lastHeader("offset").value()).isEqualTo("1".getBytes(UTF_8));
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void process_givenBrokenImage_answersLostAndSendsADeadLetter() {
        start(Mode.LIVE);
        publishAndAwait(0);

        send(Frames.withImage("left", 5, NOW, new byte[] {1, 2, 3}));

        assertThat(answers()).singleElement().satisfies(pose -> {
            assertThat(pose.getSequence()).isEqualTo(5);
            assertThat(pose.getStatus()).isEqualTo(PoseStatus.LOST);
        });
        assertThat(deadLetters.getQueueSize()).isEqualTo(1);
    }

    @Test
    void process_givenOldFrameInLiveMode_answersSkipped() {
        start(Mode.LIVE);
        publishAndAwait(0);

        send(Frames.frame("left", 0, NOW.minus(Duration.ofMillis(501))));
        send(Frames.frame("left", 1, NOW.minus(Duration.ofMillis(499))));

        assertThat(answers()).extracting(PoseEstimate::getStatus).containsExactly(PoseStatus.SKIPPED, PoseStatus.LOST);
    }

    @Test
    void process_givenCameraClockThatIsWrong_judgesAgeAndLatencyByTheArrival() {
        start(Mode.LIVE);
        publishAndAwait(0);

        send(Frames.frame("left", 0, NOW.minus(Duration.ofHours(1))), NOW.minusMillis(100));
        send(Frames.frame("left", 1, NOW.plus(Duration.ofHours(1))), NOW.minusMillis(501));

        assertThat(answers()).extracting(PoseEstimate::getStatus).containsExactly(PoseStatus.LOST, PoseStatus.SKIPPED);
        assertThat(meters.get("apprentice.inference.latency").timer().max(TimeUnit.MILLISECONDS))
                .isEqualTo(100);
    }

    @Test
    void process_givenOldFrameInReplayMode_looksAtIt() {
        start(Mode.REPLAY);
        publishAndAwait(0);

        send(Frames.frame("left", 0, Instant.EPOCH));

        assertThat(answers()).extracting(PoseEstimate::getStatus).containsExactly(PoseStatus.LOST);
    }

    @Test
    void process_givenObjectThatIsLostForLong_saysWhy() {
        start(Mode.REPLAY);
        publishAndAwait(0);

        send(Frames.frame("left", 0, NOW));
        send(Frames.frame("left", 1, NOW.plusSeconds(9)));
        send(Frames.frame("left", 2, NOW.plusSeconds(10)));

        assertThat(answers()).extracting(PoseEstimate::getLongLost).satisfies(lost -> {
            assertThat(lost).element(0).isNull();
            assertThat(lost).element(1).isNull();
            assertThat(lost).element(2).satisfies(why -> {
                assertThat(why.getSince()).isEqualTo(NOW);
                assertThat(why.getLooks()).contains("expected");
                assertThat(why.getAdvice()).first().asString().contains("searched", "pixels", "away");
            });
        });
    }

    @Test
    void compare_givenLabelOfAFrameBeforeOrAfterIt_writesOneAgreementInItsPartition() throws Exception {
        start(Mode.LIVE);
        publishAndAwait(3);
        TestInputTopic<byte[], byte[]> labels = driver.createInputTopic(
                topics.name(Topic.LOCAL_PREDICTIONS), new ByteArraySerializer(), new ByteArraySerializer());
        TestOutputTopic<byte[], byte[]> agreements = driver.createOutputTopic(
                topics.name(Topic.AGREEMENT), new ByteArrayDeserializer(), new ByteArrayDeserializer());

        send(Frames.frame("left", 0, NOW));
        labels.pipeInput("left".getBytes(UTF_8), labelCodec.encode(Agreements.label(0, 0.5)));
        labels.pipeInput("left".getBytes(UTF_8), new byte[] {1});
        labels.pipeInput("left".getBytes(UTF_8), labelCodec.encode(Agreements.label(1, 0.5)));
        labels.pipeInput("left".getBytes(UTF_8), labelCodec.encode(Agreements.label(0, 0.5)));
        send(Frames.frame("left", 1, NOW));

        assertThat(agreements.getQueueSize()).isEqualTo(2);
        assertThat(agreementCodec.decode(agreements.readValue())).satisfies(agreement -> {
            assertThat(agreement.getStudentVersion()).isEqualTo(3);
            assertThat(agreement.getAgreed()).isFalse(); // the student found nothing
            assertThat(agreement.getStudentToTeacher()).isNull();
            assertThat(agreement.getSinceVersion().getCompared()).isEqualTo(1);
        });
        assertThat(answers()).hasSize(2);
    }

    @Test
    void directives_thatNobodyCanObey_becomeDeadLetters() {
        start(Mode.LIVE);
        TestInputTopic<byte[], byte[]> directives = driver.createInputTopic(
                topics.name(Topic.DIRECTIVES), new ByteArraySerializer(), new ByteArraySerializer());
        byte[] empty = directiveCodec.encode(
                new Directive("", 0, "student", Instant.EPOCH, "", DirectiveKind.PIN, null, "ada"));

        directives.pipeInput("pin/student".getBytes(UTF_8), "no directive".getBytes(UTF_8));
        directives.pipeInput("pin/student".getBytes(UTF_8), empty);
        directives.pipeInput("stride/left".getBytes(UTF_8), empty);
        directives.pipeInput(null, empty);
        directives.pipeInput("pause/student".getBytes(UTF_8), empty); // says all that it must
        directives.pipeInput("pin/student".getBytes(UTF_8), (byte[]) null);

        List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters)
                .extracting(letter ->
                        new String(letter.headers().lastHeader("error.message").value(), UTF_8))
                .containsExactly(
                        "Unrecognized header bytes: 0x6E 0x6F",
                        "version: expected one to pin, got none",
                        "stride: expected at least 1, got 0",
                        "key: expected a camera, or KIND/SUBJECT, got none");
        assertThat(letters.get(0).value()).isEqualTo("no directive".getBytes(UTF_8));
        assertThat(letters.get(0).headers().lastHeader("topic").value()).isEqualTo("test.directives".getBytes(UTF_8));
    }

    @Test
    void students_givenNewVersion_isUsedFromTheNextFrameOn() {
        start(Mode.LIVE);
        publishAndAwait(0);
        send(Frames.frame("left", 0, NOW));
        List<StudentModel> next = Students.parts(1, "parcel");
        publish(next.subList(0, 2));
        send(Frames.frame("left", 1, NOW));
        publish(next.subList(2, 3));
        await().until(() -> students.version() == 1);
        send(Frames.frame("left", 2, NOW));

        assertThat(answers()).extracting(pose -> pose.getStudent().getVersion()).containsExactly(0L, 0L, 1L);
        try (var parts =
                driver.getKeyValueStore(InferenceTopology.STUDENT_PARTS).all()) {
            assertThat(parts.hasNext()).isFalse();
        }
    }

    @Test
    void students_givenAKeyToTrust_takesOnlyWhatItHasSigned() throws Exception {
        SigningSettings keys = keys("ours");
        StudentSigner stranger = StudentSigner.of(keys("strangers"));
        StudentSigner signer = StudentSigner.of(keys);
        verifier = StudentVerifier.of(keys);
        start(Mode.REPLAY);

        publish(Students.parts(1, "parcel"));
        publish(Students.signed(2, "parcel", stranger::sign));
        publish(Students.signed(3, "parcel", (id, version, sha256) -> signer.sign(id, 2, sha256)));
        assertThat(metrics.refused().count()).isEqualTo(3);
        publish(Students.signed(4, "parcel", signer::sign));
        await().until(() -> students.version() == 4);
        assertThat(metrics.refused().count()).isEqualTo(3);
    }

    private SigningSettings keys(String whose) throws Exception {
        PemKeys pair = PemKeys.write(directory.resolve(whose));
        return new SigningSettings(pair.privateKey(), pair.publicKey());
    }

    @Test
    void students_givenCorruptOrForeignVersion_areRefusedAndTheOneInUseStays() {
        start(Mode.LIVE);
        publishAndAwait(0);

        List<StudentModel> corrupt = Students.parts(1, "parcel");
        corrupt.get(1).setWeights(ByteBuffer.wrap(new byte[10]));
        publish(corrupt);
        models.pipeInput("student/9/0".getBytes(UTF_8), new byte[] {1});
        publish(Students.parts(2, "teapot"));

        await().untilAsserted(() -> assertThat(metrics.refused().count()).isEqualTo(3));
        send(Frames.frame("left", 0, NOW));
        assertThat(answers()).extracting(pose -> pose.getStudent().getVersion()).containsExactly(0L);
    }
}
