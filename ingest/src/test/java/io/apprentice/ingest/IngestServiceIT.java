package io.apprentice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.ingest.pace.Rate;
import io.apprentice.ingest.push.PushSettings;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class IngestServiceIT {

    private static final Map<String, String> PARCEL = Map.of("parcel", "builtin:parcel");

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
        registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
    }

    @AfterAll
    static void stop() throws Exception {
        registry.close();
        broker.close();
    }

    private static ServiceContext context() throws InterruptedException {
        KafkaSettings kafka = KafkaSettings.of(broker.bootstrapServers());
        Topics topics = new Topics(new TopicSettings("t" + UUID.randomUUID() + ".", 3, 1, true));
        AvroCodecs codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), topics);
        return new ServiceContext(kafka, topics, codecs, new SimpleMeterRegistry());
    }

    private static IngestSettings settings(Rate rate, boolean loop, String... cameras) {
        return new IngestSettings(
                List.of(cameras).stream().map(CameraSpec::parse).toList(),
                rate,
                loop,
                Path.of(""),
                16,
                ImageSettings.DEFAULTS,
                SyntheticSettings.DEFAULTS,
                PushSettings.DEFAULTS);
    }

    static List<ConsumerRecord<String, byte[]>> frames(ServiceContext context) {
        Map<String, Object> properties = new HashMap<>(context.kafka().properties());
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer
                    .partitionsFor(context.topics().name(Topic.FRAMES))
                    .stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    @Test
    @Timeout(60)
    void start_givenPictureThatTheTopicDoesNotTake_dropsItAndGoesOn() throws Exception {
        ServiceContext context = context();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(context.topics().name(Topic.FRAMES), 3, (short) 1)
                            .configs(Map.of("max.message.bytes", "20000"))))
                    .all()
                    .get();
        }
        Path pictures = Files.createDirectory(folder.resolve("sizes"));
        byte[] noise = new byte[3 * 160 * 120];
        new Random(1).nextBytes(noise);
        byte[] large = ImageCodec.encodePng(new RgbImage(160, 120, noise));
        byte[] small = ImageCodec.encodePng(new RgbImage(160, 120, new byte[noise.length]));
        Files.write(pictures.resolve("1.png"), small);
        Files.write(pictures.resolve("2.png"), large);
        Files.write(pictures.resolve("3.png"), small);

        try (IngestService service =
                new IngestService(context, settings(Rate.MAX, false, "images:" + pictures), PARCEL)) {
            service.start();
            service.termination().get(50, TimeUnit.SECONDS);
            assertThat(service.stats())
                    .extracting(CameraStats::frames, CameraStats::dropped)
                    .containsExactly(tuple(2L, 1L));
        }
        assertThat(frames(context)).hasSize(2);
    }

    @Test
    @Timeout(60)
    void start_givenTwoFiniteCameras_sendsEveryFrameInOrderAndEnds() throws Exception {
        ServiceContext context = context();
        Path video = TestVideo.write(folder.resolve("clip.mp4"), 12);
        Instant begin = Instant.now();

        try (IngestService service = new IngestService(
                context,
                settings(Rate.MAX, false, "left=synthetic:parcel?frames=40&width=160&height=120", "video:" + video),
                PARCEL)) {
            service.start();
            service.termination().get(50, TimeUnit.SECONDS);
            assertThat(service.stats())
                    .extracting(CameraStats::cameraId, CameraStats::frames, CameraStats::dropped, CameraStats::finished)
                    .containsExactly(tuple("left", 40L, 0L, true), tuple("clip", 12L, 0L, true));
        }

        List<ConsumerRecord<String, byte[]>> records = frames(context);
        assertThat(records).hasSize(52);
        assertThat(records)
                .extracting(record ->
                        new String(record.headers().lastHeader("traceparent").value(), UTF_8))
                .as("each frame has a trace of its own")
                .doesNotHaveDuplicates();
        AvroCodec<Frame> codec = context.codecs().codec(Topic.FRAMES, Frame.class);
        for (String camera : List.of("left", "clip")) {
            List<ConsumerRecord<String, byte[]>> own = records.stream()
                    .filter(record -> record.key().equals(camera))
                    .toList();
            assertThat(own.stream().map(ConsumerRecord::partition).distinct()).hasSize(1);
            List<Frame> frames = new ArrayList<>();
            for (ConsumerRecord<String, byte[]> record : own) {
                frames.add(codec.decode(record.value()));
            }
            assertThat(frames)
                    .extracting(Frame::getSequence)
                    .containsExactlyElementsOf(
                            LongStream.range(0, own.size()).boxed().toList());
            assertThat(frames).allSatisfy(frame -> {
                assertThat(frame.getCameraId()).isEqualTo(camera);
                assertThat(frame.getCapturedAt()).isBetween(begin.minusSeconds(1), Instant.now());
                byte[] image = new byte[frame.getImage().remaining()];
                frame.getImage().duplicate().get(image);
                assertThat(ImageCodec.decode(image).width())
                        .isEqualTo(frame.getIntrinsics().getWidth());
                assertThat(frame.getGroundTruth()).hasSize(camera.equals("left") ? 1 : 0);
            });
        }
    }

    @Test
    @Timeout(60)
    void close_givenACameraThatLoops_stopsSoonAndItsSequenceRisesWithoutGaps() throws Exception {
        ServiceContext context = context();
        Path video = TestVideo.write(folder.resolve("loop.mp4"), 5);

        IngestService service = new IngestService(context, settings(Rate.MAX, true, "video:" + video), PARCEL);
        service.start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> service.stats().get(0).frames() > 12);
        Instant asked = Instant.now();
        service.close();

        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(service.termination()).isCompleted();
        AvroCodec<Frame> codec = context.codecs().codec(Topic.FRAMES, Frame.class);
        List<Long> sequences = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : frames(context)) {
            sequences.add(codec.decode(record.value()).getSequence());
        }
        assertThat(sequences)
                .containsExactlyElementsOf(
                        LongStream.range(0, sequences.size()).boxed().toList());
        assertThat(service.stats().get(0).frames()).isEqualTo(sequences.size());
    }

    @Test
    void new_givenAMissingVideo_namesCameraAndFile() {
        assertThatThrownBy(() -> new IngestService(context(), settings(Rate.MAX, false, "gate=video:no.mp4"), PARCEL))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("gate", "no.mp4", "expected");
    }
}
