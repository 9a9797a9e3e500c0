package io.apprentice.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One Kafka broker that is its own controller, in this JVM. Its data survives a restart with the same folder, also after
 * it was killed; it then takes about 10 s longer to start.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final int LARGEST_MESSAGE = 16 << 20;
    /** Kafka's own files: made once, and made by each stop and removed by each start. */
    private static final String FORMATTED = "meta.properties";

    private static final String CLEANLY_STOPPED = ".kafka_cleanshutdown";

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker and returns when it accepts connections.
     *
     * @param directory folder of its data; created if missing
     * @param port port on the loopback interface; 0 for any free one
     * @throws IOException if the port is in use or the folder cannot be written
     */
    public static EmbeddedBroker start(Path directory, int port) throws IOException {
        return start(directory, port, Map.of());
    }

    /**
     * The same.
     *
     * @param overrides properties of Kafka's server, which override ours
     */
    public static EmbeddedBroker start(Path directory, int port, Map<String, String> overrides) throws IOException {
        Files.createDirectories(directory);
        int listener = Ports.claim(port, "broker");
        int controller = Ports.claim(0, "controller");
        Path log = directory.resolve("log");
        boolean killed = Files.exists(log.resolve(FORMATTED)) && !Files.exists(log.resolve(CLEANLY_STOPPED));
        format(log, clusterId(directory));
        Properties properties = properties(log, listener, controller);
        if (killed) {
            // the controller lets the broker in only when the session of the killed one has ended
            properties.put("broker.session.timeout.ms", "9000");
        }
        properties.putAll(overrides);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IOException("the broker in %s does not start: %s".formatted(directory, reason(e)), e);
        }
        return new EmbeddedBroker(server, "127.0.0.1:" + listener);
    }

    /** The innermost message, such as that a port has been taken meanwhile; the outer ones only say that it failed. */
    private static String reason(Throwable failure) {
        return failure.getCause() == null ? String.valueOf(failure.getMessage()) : reason(failure.getCause());
    }

    /** The id of the cluster, which stays the same after every restart. */
    private static String clusterId(Path directory) throws IOException {
        Path file = directory.resolve("cluster-id");
        if (!Files.exists(file)) {
            Files.writeString(file, Uuid.randomUuid().toString());
        }
        return Files.readString(file);
    }

    private static void format(Path log, String clusterId) throws IOException {
        try {
            new Formatter()
                    .setClusterId(clusterId)
                    .setNodeId(1)
                    .addDirectory(log.toString())
                    .setMetadataLogDirectory(Optional.of(log.toString()))
                    .setControllerListenerName("CONTROLLER")
                    .setIgnoreFormatted(true)
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                    .run();
        } catch (Exception e) {
            throw new IOException("the broker's folder %s cannot be prepared: %s".formatted(log, e.getMessage()), e);
        }
    }

    private static Properties properties(Path log, int listener, int controller) {
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", "1");
        p.put("listeners", "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(listener, controller));
        p.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + listener);
        p.put("controller.listener.names", "CONTROLLER");
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        p.put("log.dirs", log.toString());
        p.put("auto.create.topics.enable", "false");
        p.put("message.max.bytes", Integer.toString(LARGEST_MESSAGE));
        p.put("replica.fetch.max.bytes", Integer.toString(LARGEST_MESSAGE));
        // one node: every internal topic has one copy, and few partitions start quickly
        p.put("offsets.topic.replication.factor", "1");
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("transaction.state.log.num.partitions", "4");
        p.put("share.coordinator.state.topic.replication.factor", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("share.coordinator.state.topic.num.partitions", "1");
        p.put("group.initial.rebalance.delay.ms", "0");
        // broker and controller are one process, so a late heartbeat on a busy machine has no meaning
        p.put("broker.session.timeout.ms", "120000");
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        p.put("log.segment.bytes", Integer.toString(128 << 20));
        return p;
    }

    /** Address for clients, host:port. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the broker properly; returns when all data is on disk. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
