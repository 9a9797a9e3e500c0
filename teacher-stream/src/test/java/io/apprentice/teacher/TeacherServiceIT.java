package io.apprentice.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.kafka.Trace;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service against a real broker and registry, with a real network that knows nothing. */
class TeacherServiceIT {

    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;

    private final Topics topics = new Topics(new TopicSettings(UUID.randomUUID() + ".", PARTITIONS, 1, true));
    private AvroCodecs codecs;
    private ServiceContext context;
    private KafkaProducer<byte[], byte[]> producer;
    private AvroCodec<Frame> frames;

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
        context = new ServiceContext(
                KafkaSettings.of(broker.bootstrapServers()), topics, codecs, new SimpleMeterRegistry());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        frames = codecs.codec(Topic.FRAMES, Frame.class);
    }

    @AfterEach
    void disconnect() {
        producer.close();
    }

    private TeacherService service() {
        return service(0);
    }

    private TeacherService service(int workers) {
        return service("0", workers);
    }

    private TeacherService service(String instance, int workers) {
        TeacherSettings settings = new TeacherSettings(
                "big",
                instance,
                Path.of(""),
                TeacherSource.NETWORK,
                DeviceChoice.AUTO,
                Mode.REPLAY,
                Duration.ofSeconds(1),
                3,
                4,
                Duration.ofMillis(200),
                true,
                workers,
                AdaptSettings.DEFAULTS);
        return new TeacherService(context, settings, List.of(Parcel.model()), Frames.untrained("parcel"));
    }

    private static void awaitReady(TeacherService service) {
        await().atMost(PATIENCE).until(() -> service.health().ready());
    }

    private void send(String camera, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(
                        topics.name(Topic.FRAMES),
                        null,
                        camera.getBytes(UTF_8),
                        value,
                        Trace.begin("capture", Instant.now())))
                .get();
    }

    private void sendFrames(String camera, long from, long to) throws Exception {
        for (long sequence = from; sequence < to; sequence++) {
            send(camera, frames.encode(Frames.frame(camera, sequence, Instant.now())));
        }
    }

    /** Every committed record of a topic, partition by partition. */
    private List<ConsumerRecord<byte[], byte[]>> committed(Topic topic) {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topics.name(topic)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private List<LocalPredictions> labels() throws UndecodableRecordException {
        AvroCodec<LocalPredictions> codec = codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        List<LocalPredictions> labels = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : committed(Topic.LOCAL_PREDICTIONS)) {
            LocalPredictions label = codec.decode(record.value());
            assertThat(label.getFrameRef().getPartition()).isEqualTo(record.partition());
            labels.add(label);
        }
        return labels;
    }

    private List<String> traces(Topic topic) {
        return committed(topic).stream()
                .map(record ->
                        new String(record.headers().lastHeader("traceparent").value(), UTF_8).substring(3, 35))
                .toList();
    }

    private void awaitLabels(int count) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> committed(Topic.LOCAL_PREDICTIONS).size() >= count);
    }

    /** Input records that the group need not see again. */
    private long consumed() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            String group = topics.settings().prefix() + "teacher";
            // stable: a transaction is told to the partitions one after the other
            ListConsumerGroupOffsetsOptions stable = new ListConsumerGroupOffsetsOptions().requireStable(true);
            return admin.listConsumerGroupOffsets(group, stable).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        }
    }

    @Test
    void run_givenTwoCamerasAndPoison_labelsEveryThirdFrameOnceAndConsumesAll() throws Exception {
        try (TeacherService service = service()) {
            service.start();
            awaitReady(service);
            sendFrames("left", 0, 10);
            send("left", new byte[] {1, 2, 3});
            sendFrames("left", 10, 20);
            sendFrames("right", 1, 3); // nothing to label
            awaitLabels(7);
            await().atMost(PATIENCE).until(() -> consumed() == 23);

            assertThat(labels())
                    .extracting(LocalPredictions::getSequence)
                    .containsExactly(0L, 3L, 6L, 9L, 12L, 15L, 18L);
            assertThat(traces(Topic.FRAMES)).containsAll(traces(Topic.LOCAL_PREDICTIONS));
            assertThat(committed(Topic.DEAD_LETTERS)).singleElement().satisfies(letter -> {
                assertThat(letter.value()).containsExactly(1, 2, 3);
                assertThat(letter.headers().lastHeader("stage").value()).isEqualTo("teacher.decode".getBytes(UTF_8));
            });
        }
    }

    /** @param workers 0: none on the CPU; 3: the stages overlap, so several batches are under way when it is closed */
    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void run_closedAndStartedAgain_losesAndDoublesNothing(int workers) throws Exception {
        try (TeacherService first = service(workers)) {
            first.start();
            awaitReady(first);
            sendFrames("left", 0, 90);
            awaitLabels(1);
        }
        sendFrames("left", 90, 120);
        try (TeacherService second = service(workers)) {
            second.start();
            awaitLabels(40);
        }

        assertThat(labels())
                .extracting(LocalPredictions::getSequence)
                .doesNotHaveDuplicates()
                .hasSize(40)
                .isSorted();
    }

    @Test
    void run_withOneThenThreeThenOneInstanceUnderLoad_labelsOnceAndInOrder() throws Exception {
        List<String> cameras =
                IntStream.range(0, 8).mapToObj(i -> "camera-" + i).toList();
        long sent = 0;
        try (TeacherService first = service("0", 0)) {
            first.start();
            awaitReady(first);
            sent = film(cameras, sent, 1);
            try (TeacherService second = service("1", 0);
                    TeacherService third = service("2", 0)) {
                second.start();
                third.start();
                sent = film(cameras, sent, 3);
            }
            sent = film(cameras, sent, 1);
            Long[] labelled = LongStream.range(0, sent)
                    .filter(sequence -> sequence % 3 == 0)
                    .boxed()
                    .toArray(Long[]::new);

            awaitLabels(labelled.length * cameras.size());
            List<LocalPredictions> labels = labels();
            for (String camera : cameras) {
                assertThat(labels)
                        .filteredOn(label -> label.getCameraId().equals(camera))
                        .extracting(LocalPredictions::getSequence)
                        .containsExactly(labelled);
            }
        }
    }

    /** Frames of all cameras, until so many instances share the partitions, and ten more. */
    private long film(List<String> cameras, long from, int instances) throws Exception {
        long next = from;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            String group = topics.settings().prefix() + "teacher";
            for (int more = 10; more > 0; next++) {
                for (String camera : cameras) {
                    sendFrames(camera, next, next + 1);
                }
                List<Integer> shares =
                        admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                                .map(member ->
                                        member.assignment().topicPartitions().size())
                                .toList();
                if (shares.size() == instances
                        && !shares.contains(0)
                        && shares.stream().mapToInt(n -> n).sum() == PARTITIONS) {
                    more--;
                }
                assertThat(next - from).as("%s", shares).isLessThan(1000);
                Thread.sleep(50); // the cameras' pace
            }
        }
        return next;
    }

    @Test
    void run_givenDirectives_followsThemFromTheStartAndAsTheyCome() throws Exception {
        TopicAdmin.ensure(context.kafka(), topics.settings(), List.of(Topic.values()));
        direct("left", 6);
        try (TeacherService service = service()) {
            service.start();
            awaitReady(service);
            sendFrames("left", 0, 12);
            awaitLabels(2);
            direct("stride/left", 2);
            direct("left", 5); // of the training: what a person asks for comes first
            direct("right", null);
            long sequence = 12;
            while (labels().stream().noneMatch(label -> label.getSequence() % 6 != 0)) {
                sendFrames("left", sequence, sequence + 6); // until the directive has arrived
                sequence += 6;
            }
            List<Long> sequences =
                    labels().stream().map(LocalPredictions::getSequence).toList();
            assertThat(sequences).startsWith(0L, 6L).allMatch(s -> s % 2 == 0);
        }
    }

    /** @param stride null: none any more */
    private void direct(String camera, Integer stride) throws Exception {
        byte[] value = stride == null
                ? null
                : codecs.codec(Topic.DIRECTIVES, Directive.class)
                        .encode(new Directive(
                                camera, stride, "student", Instant.now(), "", DirectiveKind.STRIDE, null, ""));
        producer.send(new ProducerRecord<>(topics.name(Topic.DIRECTIVES), camera.getBytes(UTF_8), value))
                .get();
    }

    @Test
    void construct_givenNetworkWithoutTheObject_saysWhatItKnows() {
        assertThatThrownBy(() -> new TeacherService(
                        context, TeacherSettings.DEFAULTS, List.of(Parcel.model()), Frames.untrained("teapot")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("parcel")
                .hasMessageContaining("teapot");
    }
}
