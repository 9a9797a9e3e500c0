package io.apprentice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.service.ServiceContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An inference that is killed again and again by signal 9, while a camera goes on at 10 frames/s: three times, or as often
 * as {@code -Dkills=20} says.
 */
class InferenceKilledIT {

    private static final int KILLS = Integer.getInteger("kills", 3);
    private static final int KILLED = 128 + 9;
    private static final int BETWEEN_KILLS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final List<Long> answered = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private KafkaConsumer<byte[], byte[]> reader;
    private AvroCodec<PoseEstimate> poses;

    @Test
    void run_killedAgainAndAgain_answersEveryFrameOnceAndInOrder() throws Exception {
        // the broker does not take such short times from clients unless it is told to
        Map<String, String> shortTimes = Map.of(
                "group.min.session.timeout.ms",
                "1000",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms",
                "500");
        ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0, shortTimes);
                EmbeddedRegistry registry = EmbeddedRegistry.start(directory.resolve("registry"), 0)) {
            String prefix = "killed.";
            ServiceContext context = InferenceProcess.context(broker.bootstrapServers(), registry.url(), prefix);
            poses = context.codecs().codec(Topic.POSES, PoseEstimate.class);
            Map<String, Object> properties =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
            try (KafkaProducer<byte[], byte[]> producer =
                            new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
                    KafkaConsumer<byte[], byte[]> consumer =
                            new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                reader = consumer;
                List<TopicPartition> all =
                        List.of(new TopicPartition(context.topics().name(Topic.POSES), 0));
                reader.assign(all);
                reader.seekToBeginning(all);
                publishStudent(context, producer);
                AvroCodec<Frame> frames = context.codecs().codec(Topic.FRAMES, Frame.class);
                String topic = context.topics().name(Topic.FRAMES);
                ScheduledFuture<?> filming =
                        camera.scheduleAtFixedRate(() -> film(producer, topic, frames), 0, 100, TimeUnit.MILLISECONDS);
                Random when = new Random(KILLS);
                for (int kill = 0; kill <= KILLS; kill++) {
                    Path own = directory.resolve("inference-" + kill);
                    Process process = InferenceProcess.start(broker.bootstrapServers(), registry.url(), prefix, own);
                    try {
                        read(answered.size() + BETWEEN_KILLS, process, own);
                        Thread.sleep(when.nextInt(100)); // anywhere between two frames
                        if (kill == KILLS) {
                            assertThat(filming.isDone()).as("the camera failed").isFalse();
                            camera.shutdown();
                            assertThat(camera.awaitTermination(10, TimeUnit.SECONDS))
                                    .isTrue();
                            read((int) sent.get(), process, own);
                        }
                    } finally {
                        process.destroyForcibly();
                        assertThat(process.waitFor()).as("kill %d", kill).isEqualTo(KILLED);
                    }
                }
                reader.poll(Duration.ofSeconds(1)).forEach(this::take); // nothing more may come
            }
        } finally {
            camera.shutdownNow();
        }

        assertThat(answered)
                .containsExactlyElementsOf(
                        LongStream.range(0, sent.get()).boxed().toList());
    }

    private void film(KafkaProducer<byte[], byte[]> producer, String topic, AvroCodec<Frame> frames) {
        Frame frame = Frames.frame("left", sent.get(), Instant.now());
        try {
            producer.send(new ProducerRecord<>(topic, "left".getBytes(UTF_8), frames.encode(frame)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        sent.incrementAndGet();
    }

    private static void publishStudent(ServiceContext context, KafkaProducer<byte[], byte[]> producer)
            throws Exception {
        AvroCodec<StudentModel> models = context.codecs().codec(Topic.STUDENT_MODELS, StudentModel.class);
        for (StudentModel part : Students.parts(0, "parcel")) {
            producer.send(new ProducerRecord<>(
                            context.topics().name(Topic.STUDENT_MODELS),
                            Students.key(part).getBytes(UTF_8),
                            models.encode(part)))
                    .get();
        }
    }

    /** Reads on until so many frames are answered. */
    private void read(int wanted, Process process, Path own) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (answered.size() < wanted) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("%d of %d answers; %s", answered.size(), wanted, Files.readString(Path.of(own + ".log")))
                    .isTrue();
            reader.poll(Duration.ofMillis(100)).forEach(this::take);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            answered.add(poses.decode(record.value()).getSequence());
        } catch (UndecodableRecordException e) {
            throw new AssertionError(e);
        }
    }
}
