package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.testing.PemKeys;
import io.apprentice.wire.SigningSettings;
import io.apprentice.wire.StudentSigner;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service against a real broker and registry, with real networks that know nothing. */
class InferenceServiceIT {

    private static final int PARTITIONS = 4;

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;

    private final Topics topics = new Topics(new TopicSettings(UUID.randomUUID() + ".", PARTITIONS, 1, true));
    private AvroCodecs codecs;
    private ServiceContext context;
    private KafkaProducer<byte[], byte[]> producer;
    private AvroCodec<Frame> frames;
    private AvroCodec<StudentModel> models;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
    }

    @AfterAll
    static void stopBroker() {
        registry.close();
        broker.close();
    }

    @BeforeEach
    void connect() throws Exception {
        codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), topics);
        Map<String, String> properties = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "max.request.size",
                Integer.toString(Topics.LARGEST_RECORD));
        context = new ServiceContext(new KafkaSettings(properties), topics, codecs, new SimpleMeterRegistry());
        producer = new KafkaProducer<>(Map.copyOf(properties), new ByteArraySerializer(), new ByteArraySerializer());
        frames = codecs.codec(Topic.FRAMES, Frame.class);
        models = codecs.codec(Topic.STUDENT_MODELS, StudentModel.class);
    }

    @AfterEach
    void disconnect() {
        producer.close();
    }

    private InferenceService service(String instance) {
        InferenceSettings d = InferenceSettings.DEFAULTS;
        return new InferenceService(
                context,
                new InferenceSettings(
                        Mode.REPLAY,
                        d.maxAge(),
                        "student",
                        d.forgetAfter(),
                        d.threads(),
                        d.commitInterval(),
                        d.host(),
                        directory.resolve(instance)),
                List.of(Parcel.model()),
                StudentVerifier.NONE);
    }

    private void send(Topic topic, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topics.name(topic), key.getBytes(UTF_8), value))
                .get();
    }

    private void sendFrames(String camera, long from, long to) throws Exception {
        for (long sequence = from; sequence < to; sequence++) {
            send(Topic.FRAMES, camera, frames.encode(Frames.frame(camera, sequence, Instant.now())));
        }
    }

    private void publish(long version) throws Exception {
        for (StudentModel part : Students.parts(version, "parcel")) {
            send(Topic.STUDENT_MODELS, Students.key(part), models.encode(part));
        }
    }

    /** Every committed record of a topic, partition by partition. */
    private List<byte[]> committed(Topic topic) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest");
        List<byte[]> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topics.name(topic)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> records.add(record.value()));
            }
        }
        return records;
    }

    private List<PoseEstimate> poses() {
        AvroCodec<PoseEstimate> codec = codecs.codec(Topic.POSES, PoseEstimate.class);
        return committed(Topic.POSES).stream()
                .map(bytes -> {
                    try {
                        return codec.decode(bytes);
                    } catch (UndecodableRecordException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private List<PoseEstimate> awaitPoses(int count) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> poses().size() >= count);
        return poses();
    }

    private static Long[] sequences(long count) {
        return LongStream.range(0, count).boxed().toArray(Long[]::new);
    }

    @Test
    void run_givenFramesBeforeTheFirstStudent_waitsAndThenAnswersEachOnce() throws Exception {
        try (InferenceService service = service("waits")) {
            service.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> service.health().detail().contains(topics.name(Topic.STUDENT_MODELS)));
            sendFrames("left", 0, 10);
            send(Topic.FRAMES, "left", new byte[Topics.LARGEST_RECORD - 200]); // a dead letter has more than it
            sendFrames("right", 0, 10);
            assertThat(service.health().ready()).isFalse();
            assertThat(poses()).isEmpty();

            publish(0);
            List<PoseEstimate> poses = awaitPoses(20);

            assertThat(poses)
                    .filteredOn(pose -> pose.getCameraId().equals("left"))
                    .extracting(PoseEstimate::getSequence)
                    .containsExactly(sequences(10));
            assertThat(poses)
                    .filteredOn(pose -> pose.getCameraId().equals("right"))
                    .extracting(PoseEstimate::getSequence)
                    .containsExactly(sequences(10));
            assertThat(poses).extracting(PoseEstimate::getStatus).doesNotContain(PoseStatus.SKIPPED);
            await().until(() -> committed(Topic.DEAD_LETTERS).size() == 1);
            assertThat(service.health().ready()).isTrue();
        }
    }

    @Test
    void run_givenANewStudentMidway_swapsWithoutMissingAFrame() throws Exception {
        try (InferenceService service = service("swaps")) {
            service.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !service.health().detail().contains("its topics"));
            publish(0);
            sendFrames("left", 0, 20);
            awaitPoses(20);
            publish(1);
            long next = 20;
            while (!service.health().detail().contains("version 1") && next < 5000) {
                sendFrames("left", next, next + 5);
                next += 5;
            }
            sendFrames("left", next, next + 5);
            next += 5;

            List<PoseEstimate> poses = awaitPoses((int) next);
            assertThat(poses).extracting(PoseEstimate::getSequence).containsExactly(sequences(next));
            assertThat(poses)
                    .extracting(pose -> pose.getStudent().getVersion())
                    .isSorted()
                    .contains(0L, 1L);
        }
    }

    @Test
    void run_closedAndStartedAgain_losesAndDoublesNothing() throws Exception {
        try (InferenceService first = service("restarts")) {
            first.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !first.health().detail().contains("its topics"));
            publish(4);
            sendFrames("left", 0, 60);
            awaitPoses(5);
        }
        sendFrames("left", 60, 80);
        try (InferenceService second = service("restarts")) {
            second.start();
            assertThat(awaitPoses(80)).extracting(PoseEstimate::getSequence).containsExactly(sequences(80));
            assertThat(poses())
                    .extracting(pose -> pose.getStudent().getVersion())
                    .containsOnly(4L);
        }
    }

    @Test
    void run_withOneThenThreeThenOneInstanceUnderLoad_answersEachFrameOnceAndInOrder() throws Exception {
        TopicAdmin.ensure(context.kafka(), topics.settings(), List.of(Topic.values()));
        publish(0);
        List<String> cameras =
                IntStream.range(0, 8).mapToObj(i -> "camera-" + i).toList();
        long sent = 0;
        try (InferenceService first = service("first")) {
            first.start();
            sent = film(cameras, sent, List.of(first));
            try (InferenceService second = service("second");
                    InferenceService third = service("third")) {
                second.start();
                third.start();
                sent = film(cameras, sent, List.of(first, second, third));
            }
            sent = film(cameras, sent, List.of(first));

            List<PoseEstimate> poses = awaitPoses((int) sent * cameras.size());
            for (String camera : cameras) {
                assertThat(poses)
                        .filteredOn(pose -> pose.getCameraId().equals(camera))
                        .extracting(PoseEstimate::getSequence)
                        .containsExactly(sequences(sent));
            }
        }
    }

    /** Frames of all cameras, until exactly these instances share the partitions, and ten more. */
    private long film(List<String> cameras, long from, List<InferenceService> all) throws Exception {
        long next = from;
        for (int more = 10; more > 0; next++) {
            for (String camera : cameras) {
                sendFrames(camera, next, next + 1);
            }
            List<Integer> shares =
                    all.stream().map(InferenceServiceIT::partitions).toList();
            if (!shares.contains(0) && shares.stream().mapToInt(n -> n).sum() == PARTITIONS) {
                more--;
            }
            assertThat(next - from).as("%s", shares).isLessThan(1000);
            Thread.sleep(50); // the cameras' pace
        }
        return next;
    }

    private static int partitions(InferenceService service) {
        Matcher matcher = Pattern.compile("cameras of (\\d+) partitions")
                .matcher(service.health().detail());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Test
    void run_givenAPinnedVersion_usesItAlsoAfterARestartAndTheNewestWithoutIt() throws Exception {
        TopicAdmin.ensure(context.kafka(), topics.settings(), List.of(Topic.values()));
        publish(0);
        send(Topic.STUDENT_MODELS, "a key of another form", new byte[] {1});
        publish(1);
        try (InferenceService service = service("pinned")) {
            service.start();
            awaitVersion(service, 1);
            pin(9L); // which is not there
            pin(0L);
            awaitVersion(service, 0);
        }
        publish(2);
        sendFrames("left", 0, 10);
        try (InferenceService again = service("pinned")) {
            again.start();
            assertThat(awaitPoses(10))
                    .extracting(pose -> pose.getStudent().getVersion())
                    .containsOnly(0L);
            pin(null);
            awaitVersion(again, 2);
        }
    }

    @Test
    void pin_givenAVersionThatNobodyTrusts_isNotObeyed() throws Exception {
        TopicAdmin.ensure(context.kafka(), topics.settings(), List.of(Topic.values()));
        PemKeys pair = PemKeys.write(directory.resolve("keys"));
        SigningSettings keys = new SigningSettings(pair.privateKey(), pair.publicKey());
        List<Long> used = new ArrayList<>();
        try (StudentChoice choice =
                new StudentChoice(context, StudentVerifier.of(keys), file -> used.add(file.version()))) {
            StudentModel newest = Students.parts(new byte[9], 0, "parcel", 1).get(0);
            choice.offer(new StudentFile("student", 0, newest.getManifest(), new byte[9]));
            publish(1);
            for (StudentModel part : Students.signed(2, "parcel", StudentSigner.of(keys)::sign)) {
                send(Topic.STUDENT_MODELS, Students.key(part), models.encode(part));
            }
            for (long version : new long[] {1, 9, 2}) {
                choice.take(
                        new Received("", 0, 0, 0, "pin/student".getBytes(UTF_8), pinned(version), new RecordHeaders()));
            }
        }
        assertThat(used).containsExactly(0L, 2L);
    }

    private static void awaitVersion(InferenceService service, long version) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> service.health().detail().contains("version " + version + ","));
    }

    /** @param version null: none any more */
    private void pin(Long version) throws Exception {
        send(Topic.DIRECTIVES, "pin/student", version == null ? null : pinned(version));
    }

    private byte[] pinned(long version) {
        Directive directive = new Directive("", 0, "student", Instant.now(), "", DirectiveKind.PIN, version, "ada");
        return codecs.codec(Topic.DIRECTIVES, Directive.class).encode(directive);
    }
}
