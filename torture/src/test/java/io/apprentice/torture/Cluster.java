package io.apprentice.torture;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
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
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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
    static final int STRIDE = 2;
    static final String STUDENT = "student";
    static final String TRAINER = "trainer";
    /** One for each camera. */
    static final int PARTITIONS = 2;
    /** A member of a group that is silent for so long is given up, and so is an open transaction. */
    static final Duration SESSION = Duration.ofSeconds(5);
    /** A broker that is silent for so long is given up. */
    static final Duration BROKER_SESSION = Duration.ofSeconds(6);

    private static final int BROKERS = 3;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** Services, each with its own network to the brokers; all trainers of a student share one. */
    private static final List<String> LINKED =
            List.of("ingest", "teacher-0", "teacher-1", "inference-0", "inference-1", TRAINER);

    private final Path directory;
    private final List<Integer> brokerPorts;
    private final Map<String, List<Integer>> doors = new TreeMap<>();
    private final Map<Node, Link> links = new HashMap<>();
    private final EventLoopGroup network = new NioEventLoopGroup(1);
    private final String registryUrl;
    private final Path weights;
    private final List<Node> brokers = new ArrayList<>();
    private final Link trainerLink;
    private final Node registry;
    private final Node ingest;
    private final List<Node> answering = new ArrayList<>();
    private final List<Node> trainers = new ArrayList<>();
    private Node trainer;

    /**
     * Prepares the folders of the brokers; nothing runs yet.
     *
     * @param directory of everything that the run leaves
     * @param weights of the teacher and of the student's start
     */
    Cluster(Path directory, Path weights) throws IOException, InterruptedException {
        this.directory = directory;
        this.weights = weights;
        Iterator<Integer> ports = freePorts(BROKERS * (2 + LINKED.size()) + 1).iterator();
        brokerPorts = take(BROKERS, ports);
        List<Integer> controllers = take(BROKERS, ports);
        Map<String, List<Integer>> behindDoors = new TreeMap<>();
        Map<String, Link> byName = new TreeMap<>();
        for (String linked : LINKED) {
            Link link = new Link(network.next());
            List<Integer> behind = take(BROKERS, ports);
            List<Integer> before = new ArrayList<>();
            for (int port : behind) {
                before.add(link.open(port));
            }
            behindDoors.put(linked, behind);
            doors.put(linked, before);
            byName.put(linked, link);
        }
        String cluster = Uuid.randomUuid().toString();
        for (int i = 0; i < BROKERS; i++) {
            brokers.add(broker(i, cluster, controllers, behindDoors));
        }
        int registryPort = ports.next();
        registryUrl = "http://127.0.0.1:" + registryPort;
        registry = product(
                "registry",
                "128m",
                "broker",
                "--set",
                "kafka.bootstrap.servers=" + bootstrap(brokerPorts),
                "--set",
                "embedded.registry-port=" + registryPort,
                "--data",
                directory.resolve("registry/data").toString());
        ingest = service("ingest", "ingest", "ingest", cameras().toArray(String[]::new));
        for (int i = 0; i < 2; i++) {
            answering.add(service(
                    "teacher-" + i,
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
                    "inference-" + i,
                    "inference",
                    "--set",
                    "inference.mode=replay",
                    "--set",
                    "inference.student=" + STUDENT));
        }
        Stream.concat(Stream.of(ingest), answering.stream())
                .forEach(service -> links.put(service, byName.get(service.name())));
        trainerLink = byName.get(TRAINER);
        trainer = nextTrainer();
    }

    private static List<Integer> take(int count, Iterator<Integer> ports) {
        return Stream.generate(ports::next).limit(count).toList();
    }

    private static String bootstrap(List<Integer> ports) {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    private static List<String> cameras() {
        List<String> options = new ArrayList<>();
        for (int i = 0; i < CAMERAS.size(); i++) {
            options.add("--camera");
            options.add("%s=synthetic:%s?fps=1&width=320&height=240&seed=%d".formatted(CAMERAS.get(i), OBJECT, i + 1));
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

    private Node broker(int index, String cluster, List<Integer> controllers, Map<String, List<Integer>> behindDoors)
            throws IOException {
        int id = index + 1;
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
        String voters = IntStream.range(0, BROKERS)
                .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, controllers.get(i)))
                .collect(Collectors.joining(","));
        // clients are told the door of their own link
        String direct = "PLAINTEXT://127.0.0.1:" + brokerPorts.get(index);
        Path properties = home.resolve("server.properties");
        Files.writeString(properties, """
                process.roles=broker,controller
                node.id=%1$d
                listeners=CONTROLLER://127.0.0.1:%2$d,%3$s
                advertised.listeners=%4$s
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT%5$s
                controller.quorum.voters=%6$s
                log.dirs=%7$s
                auto.create.topics.enable=false
                min.insync.replicas=2
                default.replication.factor=3
                offsets.topic.num.partitions=4
                transaction.state.log.num.partitions=4
                message.max.bytes=16777216
                replica.fetch.max.bytes=16777216
                broker.session.timeout.ms=%8$d
                broker.heartbeat.interval.ms=1000
                replica.lag.time.max.ms=10000
                controller.quorum.fetch.timeout.ms=4000
                group.initial.rebalance.delay.ms=0
                group.min.session.timeout.ms=1000
                transaction.abort.timed.out.transaction.cleanup.interval.ms=500
                log.cleaner.dedupe.buffer.size=16777216
                log.cleaner.backoff.ms=1000
                num.network.threads=1
                num.io.threads=4
                """.formatted(
                        id,
                        controllers.get(index),
                        direct + listeners(behindDoors, index),
                        direct + listeners(doors, index),
                        LINKED.stream()
                                .map(linked -> "," + listener(linked) + ":PLAINTEXT")
                                .collect(Collectors.joining()),
                        voters,
                        log,
                        BROKER_SESSION.toMillis()));
        return new Node("broker-" + id, home, "256m", List.of("kafka.Kafka", properties.toString()));
    }

    private static String listeners(Map<String, List<Integer>> ports, int broker) {
        return LINKED.stream()
                .map(linked -> ",%s://127.0.0.1:%d"
                        .formatted(listener(linked), ports.get(linked).get(broker)))
                .collect(Collectors.joining());
    }

    private static String listener(String linked) {
        return linked.toUpperCase(Locale.ROOT).replace('-', '_');
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

    private Node service(String name, String linked, String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--object",
                OBJECT + "=builtin:parcel",
                "--set",
                "kafka.bootstrap.servers=" + bootstrap(doors.get(linked)),
                "--set",
                "kafka.session.timeout.ms=" + SESSION.toMillis(),
                "--set",
                "kafka.heartbeat.interval.ms=1000",
                "--set",
                "kafka.transaction.timeout.ms=" + SESSION.toMillis(),
                "--set",
                "registry.url=" + registryUrl,
                "--set",
                "topics.camera-partitions=" + PARTITIONS,
                "--set",
                "topics.replication=" + BROKERS));
        arguments.addAll(List.of(options));
        return product(name, "256m", arguments.toArray(String[]::new));
    }

    /** Another trainer of the student; the caller starts it. */
    Node nextTrainer() {
        Node next = service(
                TRAINER + "-" + trainers.size(),
                TRAINER,
                "trainer",
                Stream.concat(Stream.of("--weights", weights.toString()), learning())
                        .toArray(String[]::new));
        links.put(next, trainerLink);
        trainers.add(next);
        return next;
    }

    /** Computes all versions of the student again, from the topics, and prints them; the caller starts it. */
    Node replay() {
        return service("replay", TRAINER, "replay", learning().toArray(String[]::new));
    }

    /** Settings of trainer and replay. */
    private static Stream<String> learning() {
        return Stream.of(
                        "id=" + STUDENT,
                        "mode=replay",
                        "steps-per-label=0.25",
                        "publish-every=5",
                        "batch-size=2",
                        "replay-capacity=16",
                        "stride.adaptive=false",
                        "guard.margin=1",
                        "guard.disputed-beyond=1000")
                .flatMap(setting -> Stream.of("--set", "student." + setting));
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
        return Admin.create(Map.of("bootstrap.servers", bootstrap(brokerPorts), "default.api.timeout.ms", "120000"));
    }

    LogReader reader() {
        return new LogReader(bootstrap(brokerPorts), registryUrl);
    }

    /** Groups and the topics that they read. */
    static Map<String, List<String>> groups() {
        return Map.of(
                "trainer-" + STUDENT,
                List.of("local-predictions"),
                "teacher",
                List.of("frames"),
                "inference",
                List.of("frames", "local-predictions"));
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

    /** Between a service and the brokers. */
    Link link(Node service) {
        return Objects.requireNonNull(links.get(service), service.name());
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
        network.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
