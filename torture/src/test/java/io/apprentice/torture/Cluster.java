package io.apprentice.torture;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.metadata.storage.Formatter;

/** Three brokers, a registry and all services, each as a process of its own on this machine. */
final class Cluster implements AutoCloseable {

    static final List<String> CAMERAS = List.of("left", "right");
    static final String OBJECT = "parcel";
    static final int STRIDE = 3;
    static final String STUDENT = "student";
    static final String REPLAY = "replay";
    /** A member of a group that is silent for so long is given up, and so is an open transaction. */
    static final Duration SESSION = Duration.ofSeconds(5);
    /** A broker that is silent for so long is given up. */
    static final Duration BROKER_SESSION = Duration.ofSeconds(6);

    private static final int BROKERS = 3;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path directory;
    private final int partitions;
    private final String bootstrap;
    private final String registryUrl;
    private final Path weights;
    private final List<Node> brokers = new ArrayList<>();
    private final Node registry;
    private final Node ingest;
    private final List<Node> answering = new ArrayList<>();
    private final List<Node> trainers = new ArrayList<>();
    private Node trainer;

    /**
     * Prepares the folders of the brokers; nothing runs yet.
     *
     * @param directory of everything that the run leaves
     * @param partitions of the topics keyed by camera
     * @param weights of the teacher and of the student's start
     */
    Cluster(Path directory, int partitions, Path weights) throws IOException {
        this.directory = directory;
        this.partitions = partitions;
        this.weights = weights;
        List<Integer> ports = freePorts(2 * BROKERS + 1);
        bootstrap = IntStream.range(0, BROKERS)
                .mapToObj(i -> "127.0.0.1:" + ports.get(i))
                .collect(Collectors.joining(","));
        String voters = IntStream.range(0, BROKERS)
                .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, ports.get(BROKERS + i)))
                .collect(Collectors.joining(","));
        String cluster = Uuid.randomUuid().toString();
        for (int i = 0; i < BROKERS; i++) {
            brokers.add(broker(i + 1, cluster, ports.get(i), ports.get(BROKERS + i), voters));
        }
        registryUrl = "http://127.0.0.1:" + ports.get(2 * BROKERS);
        registry = product(
                "registry",
                "128m",
                "broker",
                "--set",
                "kafka.bootstrap.servers=" + bootstrap,
                "--set",
                "embedded.registry-port=" + ports.get(2 * BROKERS),
                "--data",
                directory.resolve("registry/data").toString());
        ingest = service("ingest", "ingest", cameras().toArray(String[]::new));
        for (int i = 0; i < 2; i++) {
            answering.add(service(
                    "teacher-" + i,
                    "teacher",
                    "--stride",
                    Integer.toString(STRIDE),
                    "--weights",
                    weights.toString(),
                    "--set",
                    "teacher.mode=replay",
                    "--set",
                    "teacher.refine=false",
                    "--set",
                    "teacher.instance=" + i));
            answering.add(service(
                    "inference-" + i,
                    "inference",
                    "--set",
                    "inference.mode=replay",
                    "--set",
                    "inference.student=" + STUDENT));
        }
        trainer = nextTrainer(STUDENT);
    }

    private static List<String> cameras() {
        List<String> options = new ArrayList<>();
        for (int i = 0; i < CAMERAS.size(); i++) {
            options.add("--camera");
            options.add("%s=synthetic:%s?fps=2&width=320&height=240&seed=%d".formatted(CAMERAS.get(i), OBJECT, i + 1));
        }
        return options;
    }

    /** Outside of the range that the system takes for outgoing connections, so that nothing takes the port of a dead broker. */
    private static List<Integer> freePorts(int count) {
        Random random = new Random();
        return Stream.generate(() -> FIRST_PORT + random.nextInt(PORTS))
                .distinct()
                .filter(Cluster::isFree)
                .limit(count)
                .toList();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private Node broker(int id, String cluster, int port, int controllerPort, String voters) throws IOException {
        Path home = directory.resolve("broker-" + id);
        Path log = home.resolve("log");
        Files.createDirectories(home);
        try {
            new Formatter()
                    .setClusterId(cluster)
                    .setNodeId(id)
                    .addDirectory(log.toString())
                    .setMetadataLogDirectory(Optional.of(log.toString()))
                    .setControllerListenerName("CONTROLLER")
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                    .run();
        } catch (Exception e) {
            throw new IOException("the folder of broker %d cannot be prepared: %s".formatted(id, e.getMessage()), e);
        }
        Path properties = home.resolve("server.properties");
        Files.writeString(properties, """
                process.roles=broker,controller
                node.id=%1$d
                listeners=PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%3$d
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                controller.quorum.voters=%4$s
                log.dirs=%5$s
                auto.create.topics.enable=false
                min.insync.replicas=2
                default.replication.factor=3
                offsets.topic.num.partitions=4
                transaction.state.log.num.partitions=4
                message.max.bytes=16777216
                replica.fetch.max.bytes=16777216
                broker.session.timeout.ms=%6$d
                broker.heartbeat.interval.ms=1000
                replica.lag.time.max.ms=10000
                controller.quorum.fetch.timeout.ms=4000
                group.initial.rebalance.delay.ms=0
                group.min.session.timeout.ms=1000
                transaction.abort.timed.out.transaction.cleanup.interval.ms=500
                log.cleaner.dedupe.buffer.size=16777216
                log.cleaner.backoff.ms=1000
                num.network.threads=2
                num.io.threads=4
                """.formatted(id, port, controllerPort, voters, log, BROKER_SESSION.toMillis()));
        return new Node("broker-" + id, home, "256m", List.of("kafka.Kafka", properties.toString()));
    }

    /** A command of the product. */
    private Node product(String name, String heap, String... arguments) {
        return new Node(
                name,
                directory.resolve(name),
                heap,
                Stream.concat(Stream.of("io.apprentice.app.Main"), Stream.of(arguments))
                        .toList());
    }

    private Node service(String name, String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--object",
                OBJECT + "=builtin:parcel",
                "--set",
                "kafka.bootstrap.servers=" + bootstrap,
                "--set",
                "kafka.session.timeout.ms=" + SESSION.toMillis(),
                "--set",
                "kafka.heartbeat.interval.ms=1000",
                "--set",
                "kafka.transaction.timeout.ms=" + SESSION.toMillis(),
                "--set",
                "registry.url=" + registryUrl,
                "--set",
                "topics.camera-partitions=" + partitions,
                "--set",
                "topics.replication=" + BROKERS));
        arguments.addAll(List.of(options));
        return product(name, "256m", arguments.toArray(String[]::new));
    }

    /** Another trainer of a student; the caller starts it. */
    Node nextTrainer(String student) {
        Node next = service(
                "trainer-%s-%d".formatted(student, trainers.size()),
                "trainer",
                "--weights",
                weights.toString(),
                "--set",
                "student.id=" + student,
                "--set",
                "student.mode=replay",
                "--set",
                "student.steps-per-label=0.5",
                "--set",
                "student.publish-every=10",
                "--set",
                "student.batch-size=2",
                "--set",
                "student.replay-capacity=16",
                "--set",
                "student.stride.adaptive=false",
                "--set",
                "student.guard.margin=1",
                "--set",
                "student.guard.disputed-beyond=1000");
        trainers.add(next);
        return next;
    }

    /** Starts everything; returns when all topics exist. */
    void start() throws IOException, InterruptedException {
        for (Node node : all()) {
            node.start();
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = admin()) {
            while (!admin.listTopics().names().get().contains("dead-letters")) {
                requireAlive();
                if (System.nanoTime() > end) {
                    throw new Violation("no topics after %d s".formatted(PATIENCE.toSeconds()));
                }
                Thread.sleep(500);
            }
            requireTransactionsV2(admin);
            keepFrames(admin);
        } catch (ExecutionException e) {
            throw new IOException(e);
        }
    }

    private static void requireTransactionsV2(Admin admin) throws InterruptedException, ExecutionException {
        var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
        if (!features.containsKey("transaction.version")
                || features.get("transaction.version").maxVersionLevel() < 2) {
            throw new Violation("expected transactions of version 2, got " + features);
        }
    }

    /** A long run is longer than frames are kept by default, and the replay at the end needs them all. */
    private static void keepFrames(Admin admin) throws InterruptedException, ExecutionException {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, "frames"),
                        List.of(
                                new AlterConfigOp(new ConfigEntry("retention.ms", "-1"), AlterConfigOp.OpType.SET),
                                new AlterConfigOp(new ConfigEntry("retention.bytes", "-1"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", "120000"));
    }

    LogReader reader() {
        return new LogReader(bootstrap, registryUrl);
    }

    /** Groups and the topics that they read. */
    static Map<String, List<String>> groups(String... students) {
        Map<String, List<String>> groups = Stream.of(students)
                .collect(Collectors.toMap(student -> "trainer-" + student, student -> List.of("local-predictions")));
        groups.put("teacher", List.of("frames"));
        groups.put("inference", List.of("frames", "local-predictions"));
        return groups;
    }

    List<Node> brokers() {
        return brokers;
    }

    Node registry() {
        return registry;
    }

    Node ingest() {
        return ingest;
    }

    Node trainer() {
        return trainer;
    }

    /** Another one took over. */
    void trainer(Node newer) {
        trainer = newer;
    }

    /** Teachers, inferences and the trainer. */
    List<Node> services() {
        return Stream.concat(answering.stream(), Stream.of(trainer)).toList();
    }

    private List<Node> all() {
        List<Node> all = new ArrayList<>(brokers);
        all.add(registry);
        all.addAll(services());
        all.add(ingest);
        return all;
    }

    /** Whatever was not told to end must run. */
    void requireAlive() {
        for (Node node : all()) {
            if (!node.isAlive()) {
                throw new Violation(
                        "%s ended by itself with %d:%n%s".formatted(node.name(), node.exitCode(), node.tail()));
            }
        }
    }

    @Override
    public void close() {
        trainers.forEach(Node::end);
        all().forEach(Node::end);
    }
}
