package io.apprentice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentRef;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples that read poses, against a real broker and registry. */
class ClientsIT {
    private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath();
    private static final int POSES = 12;
    /** Where the poses are that were never committed. */
    private static final double ABORTED = 99;

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;
    private static Topics topics;

    @BeforeAll
    static void publish() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
        topics = new Topics(new TopicSettings("clients.", 1, 1, true));
        TopicAdmin.ensure(KafkaSettings.of(broker.bootstrapServers()), topics.settings(), List.of(Topic.values()));
        AvroCodec<PoseEstimate> codec =
                AvroCodecs.connect(RegistrySettings.of(registry.url()), topics).codec(Topic.POSES, PoseEstimate.class);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "clients"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < POSES; i++) {
                producer.beginTransaction();
                send(producer, codec.encode(pose(i, ABORTED)));
                producer.abortTransaction();
                producer.beginTransaction();
                send(producer, codec.encode(pose(i, i)));
                producer.commitTransaction();
            }
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topics.name(Topic.POSES), "left".getBytes(UTF_8), value))
                .get();
    }

    private static PoseEstimate pose(int i, double z) {
        boolean lost = i % 4 == 0;
        return PoseEstimate.newBuilder()
                .setCameraId("left")
                .setSequence(i)
                .setCapturedAt(Instant.now())
                .setEstimatedAt(Instant.now())
                .setFrameRef(new FrameRef(0, (long) i))
                .setObjectId("parcel")
                .setStatus(lost ? PoseStatus.LOST : PoseStatus.ESTIMATED)
                .setObjectToCamera(lost ? null : new Pose(0.0, 0.0, 0.0, 1.0, 0.1, -0.2, z))
                .setScore(0.75)
                .setInliers(10)
                .setReprojectionError(1)
                .setStudent(new StudentRef("student", 3L))
                .build();
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void java_printsEachCommittedPoseOnce() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assertPrintsPoses(EXAMPLES, java.toString(), "-cp", classPath, "ReadPoses.java");
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void python_printsEachCommittedPoseOnce() throws Exception {
        assumeTrue(
                works(EXAMPLES, "/usr/bin/python3", "-c", "import avro.io, confluent_kafka"),
                "skipped: the example needs Debian's python3-confluent-kafka and python3-avro");
        assertPrintsPoses(EXAMPLES, "/usr/bin/python3", "read_poses.py");
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void node_printsEachCommittedPoseOnce() throws Exception {
        Path node = Files.createDirectories(Path.of("target/clients-node"));
        for (String file : List.of("package.json", "read_poses.mjs")) {
            Files.copy(EXAMPLES.resolve("node").resolve(file), node.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        assumeTrue(works(node, "node", "--version") && works(node, "npm", "--version"), "skipped: no node or no npm");
        assumeTrue(
                works(node, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"),
                "skipped: npm cannot install the example's packages");
        assertPrintsPoses(node, "node", "read_poses.mjs");
    }

    private static void assertPrintsPoses(Path where, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(broker.bootstrapServers(), registry.url(), topics.name(Topic.POSES)));
        Process process = start(where, all);
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (line.startsWith("left #" + (POSES - 1) + " ")) {
                    break;
                }
            }
        } finally {
            process.destroy();
        }
        List<String> poses =
                lines.stream().filter(line -> line.startsWith("left #")).toList();
        assertThat(poses).as(String.join("\n", lines)).hasSize(POSES);
        for (int i = 0; i < POSES; i++) {
            String answer = i % 4 == 0 ? "LOST -" : "ESTIMATED x 0\\.100  y -0\\.200  z %d\\.000 m".formatted(i);
            assertThat(poses.get(i)).matches("left #%d parcel %s \\(student v3, age \\d+ ms\\)".formatted(i, answer));
        }
    }

    private static boolean works(Path where, String... command) throws InterruptedException {
        try {
            Process process = start(where, List.of(command));
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process start(Path where, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
    }
}
