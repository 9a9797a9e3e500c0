package io.apprentice.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.wire.LabelMapping;
import io.apprentice.wire.PoseMapping;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The teacher in Python against a real broker and registry. */
class OwnTeacherIT {

    private static final Path EXAMPLE = Path.of("../examples/own_teacher.py");
    private static final int FRAMES = 120;
    private static final int STRIDE = 2;
    /** So many labelled frames with a known pose teach the example; afterwards it reads no truth. */
    private static final int TEACH_IN = 25;

    @TempDir
    private Path folder;

    private static Process python(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", EXAMPLE.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static Frame frame(long sequence) {
        SyntheticFrame seen = ConfirmedLabels.CAMERA.frame(sequence);
        Frame frame = Frames.synthetic("left", sequence, Instant.now());
        frame.setGroundTruth(seen.truth().stream()
                .map(t -> new GroundTruth(t.objectId(), PoseMapping.toRecord(t.objectToCamera()), t.visibleFraction()))
                .toList());
        return frame;
    }

    @Test
    void run_killedInTheMiddleAndStartedAgain_labelsEachChosenFrameOnceAndFindsTheParcel() throws Exception {
        Process check = python("--help");
        check.getInputStream().readAllBytes();
        assumeTrue(
                check.waitFor() == 0,
                "skipped: the example needs Debian's python3-confluent-kafka, python3-avro and python3-opencv");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
                RecordReader reader = new RecordReader(KafkaSettings.of(broker.bootstrapServers()))) {
            Topics topics = new Topics(new TopicSettings(UUID.randomUUID() + ".", 2, 1, true));
            TopicAdmin.ensure(KafkaSettings.of(broker.bootstrapServers()), topics.settings(), List.of(Topic.values()));
            AvroCodecs codecs = AvroCodecs.connect(RegistrySettings.of(registry.url()), topics);
            codecs.register(Topic.LOCAL_PREDICTIONS, LocalPredictions.getClassSchema());
            List<Frame> sent =
                    LongStream.range(0, FRAMES).mapToObj(OwnTeacherIT::frame).toList();
            send(broker.bootstrapServers(), topics.name(Topic.FRAMES), codecs.codec(Topic.FRAMES, Frame.class), sent);
            String[] arguments = {
                "--broker=" + broker.bootstrapServers(),
                "--registry=" + registry.url(),
                "--prefix=" + topics.settings().prefix(),
                "--stride=" + STRIDE,
                "--oldest=0",
                "--idle=5"
            };
            Process killed = python(arguments);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !labels(reader, topics).isEmpty());
            killed.destroyForcibly().waitFor();
            int before = labels(reader, topics).size();
            Process second = python(arguments);
            String said = new String(second.getInputStream().readAllBytes(), UTF_8);
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();

            AvroCodec<LocalPredictions> codec = codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
            List<Received> records = labels(reader, topics);
            List<LocalPredictions> labels = new ArrayList<>();
            for (Received record : records) {
                LocalPredictions label = codec.decode(record.value());
                assertThat(record.partition()).isEqualTo(label.getFrameRef().getPartition());
                labels.add(label);
            }
            assertThat(before).as(said).isLessThan(FRAMES / STRIDE);
            assertThat(labels)
                    .as(said)
                    .extracting(LocalPredictions::getSequence)
                    .containsExactlyElementsOf(LongStream.range(0, FRAMES / STRIDE)
                            .map(i -> STRIDE * i)
                            .boxed()
                            .toList());
            assertThat(found(labels.subList(before + TEACH_IN, labels.size()), sent))
                    .isGreaterThan(0.5);
        }
    }

    /** Share of labels with a right pose, each read as the trainer reads it. */
    private static double found(List<LocalPredictions> labels, List<Frame> sent) throws IOException {
        int right = 0;
        for (LocalPredictions label : labels) {
            Frame frame = sent.get((int) label.getSequence());
            Label read = LabelMapping.fromRecords(new LabelReference(0, 0), label, frame);
            Se3 truth = PoseMapping.fromRecord(frame.getGroundTruth().get(0).getObjectToCamera());
            right += read.objects()
                            .get(0)
                            .objectToCamera()
                            .filter(pose -> AddMetric.within(Parcel.model(), pose, truth))
                            .isPresent()
                    ? 1
                    : 0;
        }
        return (double) right / labels.size();
    }

    private static List<Received> labels(RecordReader reader, Topics topics) {
        return reader.readToEnd(topics.name(Topic.LOCAL_PREDICTIONS))
                .collectList()
                .block();
    }

    private static void send(String broker, String topic, AvroCodec<Frame> codec, List<Frame> frames) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Frame frame : frames) {
                producer.send(new ProducerRecord<>(topic, "left".getBytes(UTF_8), codec.encode(frame)))
                        .get();
            }
        }
    }
}
