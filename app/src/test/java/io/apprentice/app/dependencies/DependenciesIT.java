package io.apprentice.app.dependencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apprentice.app.live.Infrastructure;
import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.RecordReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the services say and do while what they need is not there: each is a process, as a user would start it. The broker is
 * away for 10 s, or for {@code -Daway=120}.
 */
class DependenciesIT {
    private static final int AWAY_SECONDS = Integer.getInteger("away", 10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(10);
    private static final Path MODELS = Path.of("../models").toAbsolutePath().normalize();
    private static final int DISK_MEGABYTES = 48;
    private static final int FAILED = 1;

    @TempDir
    private Path folder;

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final List<ServiceProcess> services = new ArrayList<>();
    private final int brokerPort = freePort();
    private final int registryPort = freePort();
    private final String address = "127.0.0.1:" + brokerPort;
    private final String registryUrl = "http://127.0.0.1:" + registryPort;

    @AfterEach
    void end() throws Exception {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    /** Not one that the system gives to outgoing connections, which would take it while the broker is away. */
    private static int freePort() {
        Random random = new Random();
        return IntStream.generate(() -> 20_000 + random.nextInt(10_000))
                .filter(Infrastructure::isFree)
                .findFirst()
                .orElseThrow();
    }

    private EmbeddedBroker startBroker() throws IOException {
        return kept(EmbeddedBroker.start(folder.resolve("broker"), brokerPort));
    }

    private EmbeddedRegistry startRegistry() throws Exception {
        return kept(EmbeddedRegistry.start(folder.resolve("registry"), registryPort));
    }

    private <T extends AutoCloseable> T kept(T server) {
        running.push(server);
        return server;
    }

    private void close(AutoCloseable server) throws Exception {
        running.remove(server);
        server.close();
    }

    private ServiceProcess service(String command, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                command, "--set", "kafka.bootstrap.servers=" + address, "--set", "registry.url=" + registryUrl));
        arguments.addAll(List.of(options));
        ServiceProcess service = kept(new ServiceProcess(folder, command, arguments));
        services.add(service);
        return service;
    }

    private ServiceProcess ingest() throws IOException {
        return service("ingest", "--camera", "left=synthetic:parcel?fps=4&width=320&height=240");
    }

    /** How many committed records there are. */
    private long count(Topic topic) {
        try (RecordReader reader = new RecordReader(KafkaSettings.of(address))) {
            return reader.readToEnd(topic.baseName()).count().block();
        }
    }

    private void awaitMore(Topic topic, long than) {
        await("more than %d in %s".formatted(than, topic.baseName()))
                .atMost(PATIENCE)
                .until(() -> {
                    assertThat(services).allMatch(ServiceProcess::isAlive);
                    return count(topic) > than;
                });
    }

    private void awaitNew(Collection<Topic> topics) {
        for (Topic topic : topics) {
            awaitMore(topic, count(topic));
        }
    }

    @Test
    void services_whileBrokerAndRegistryComeAndGo_waitForThemAndSaySo() throws Exception {
        ServiceProcess teacher =
                service("teacher", "--stride", "3", "--weights", MODELS.resolve("teacher-parcel.safetensors") + "");
        ServiceProcess trainer = service("trainer", "--weights", MODELS.resolve("student-parcel.safetensors") + "");
        ServiceProcess inference = service("inference");
        ServiceProcess ingest = ingest();
        Map<ServiceProcess, Topic> results =
                Map.of(teacher, Topic.LOCAL_PREDICTIONS, trainer, Topic.TRAINING_PROGRESS, inference, Topic.POSES);

        services.forEach(service -> service.awaitLine("waiting for the broker at " + address));
        EmbeddedBroker broker = startBroker();
        services.forEach(service -> service.awaitLine("waiting for the registry at " + registryUrl));
        EmbeddedRegistry registry = startRegistry();
        services.forEach(service -> service.awaitLine(": running"));
        results.values().forEach(topic -> awaitMore(topic, 0));

        close(broker);
        services.forEach(
                service -> service.awaitLine("waiting for the broker at " + address + ", which does not answer"));
        Thread.sleep(Duration.ofSeconds(AWAY_SECONDS).toMillis()); // so long an absence is the case that is tested
        startBroker();
        services.forEach(service -> service.awaitLine("the broker at " + address + " answers"));
        awaitNew(results.values());

        close(registry);
        awaitNew(results.values());
        for (ServiceProcess service : List.of(teacher, trainer, inference)) {
            Duration stopped = service.stop();
            Topic result = results.get(service);
            long before = count(result);
            long start = System.nanoTime();
            service.start();
            awaitMore(result, before);
            Duration again = Duration.ofNanos(System.nanoTime() - start);
            System.out.printf(
                    "%s: %d ms to stop, its first result %d ms after the start%n",
                    service, stopped.toMillis(), again.toMillis());
            assertThat(stopped).isLessThan(STOPPED_WITHIN);
            service.awaitLine("the registry at " + registryUrl + " does not answer; its ");
        }
        startRegistry();

        assertThat(ingest.stop()).isLessThan(STOPPED_WITHIN);
        services.remove(ingest);
        await("every frame is answered once").atMost(PATIENCE).until(() -> count(Topic.POSES) == count(Topic.FRAMES));
    }

    @Test
    void services_givenATopicThatIsDeleted_endAndNameIt_andMakeItAnew() throws Exception {
        startBroker();
        startRegistry();
        ServiceProcess ingest = ingest();
        ServiceProcess teacher = service("teacher", "--weights", MODELS.resolve("teacher-parcel.safetensors") + "");
        services.forEach(service -> service.awaitLine(": running"));
        awaitMore(Topic.LOCAL_PREDICTIONS, 0);

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.deleteTopics(List.of("frames")).all().get();
        }
        for (ServiceProcess service : List.of(ingest, teacher)) {
            assertThat(service.awaitEnd()).as(service.said()).isEqualTo(FAILED);
            assertThat(service.said().strip()).endsWith("a new start makes them anew, or waits for them");
            assertThat(service.said()).contains("deleted on the broker at " + address + ": frames");
            service.start();
        }
        services.forEach(service -> service.awaitLine(": running"));
        awaitMore(Topic.FRAMES, 0);
        awaitNew(List.of(Topic.LOCAL_PREDICTIONS));
    }

    @Test
    void teacher_givenFramesWithOtherPartitionsThanItsLabels_endsAndNamesThem() throws Exception {
        startBroker();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic("frames", 3, (short) 1)))
                    .all()
                    .get();
        }

        ServiceProcess teacher = service("teacher", "--weights", MODELS.resolve("teacher-parcel.safetensors") + "");

        assertThat(teacher.awaitEnd()).isEqualTo(FAILED);
        assertThat(teacher.said())
                .contains("topics keyed by camera must have equally many partitions")
                .contains("FRAMES=3");
    }

    @Test
    void services_givenABrokerWithoutRoom_waitAndGoOnWhenItHasRoomAgain() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "none", disk.toString()),
                "skipped: this user may not mount a small disk");
        kept(() -> run("umount", disk.toString()));
        startRegistry();
        ServiceProcess broker = kept(new ServiceProcess(
                folder,
                "broker",
                List.of(
                        "broker",
                        "--set",
                        "embedded.broker-port=" + brokerPort,
                        "--set",
                        "registry.url=" + registryUrl,
                        "--data",
                        disk.toString())));
        ServiceProcess ingest = ingest();
        ServiceProcess teacher = service("teacher", "--weights", MODELS.resolve("teacher-parcel.safetensors") + "");
        services.forEach(service -> service.awaitLine(": running"));
        awaitMore(Topic.LOCAL_PREDICTIONS, 0);

        Path filling = disk.resolve("filling");
        try (OutputStream out = Files.newOutputStream(filling)) {
            while (true) {
                out.write(new byte[1 << 16]);
            }
        } catch (IOException full) {
            System.out.println("the disk is full: " + full.getMessage());
        }
        assertThat(broker.awaitEnd()).isNotZero();
        List.of(ingest, teacher)
                .forEach(service ->
                        service.awaitLine("waiting for the broker at " + address + ", which does not answer"));
        Files.delete(filling);
        broker.start();

        awaitNew(List.of(Topic.LOCAL_PREDICTIONS));
        long frames = count(Topic.FRAMES);
        System.out.println(frames + " frames are kept");
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
