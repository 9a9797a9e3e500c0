package io.apprentice.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.apprentice.console.gateway.GatewaySettings;
import io.apprentice.embedded.EmbeddedBroker;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A console with a real broker and registry. */
abstract class RunningConsole {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    final HttpClient http = HttpClient.newHttpClient();
    final Topics topics = new Topics(new TopicSettings("it-", 1, 1, true));
    ServiceContext context;
    PlainSender sender;
    ConsoleService console;
    private int port;
    private EmbeddedBroker broker;
    private EmbeddedRegistry registry;

    @BeforeEach
    void start() throws Exception {
        port = freePort();
        startBroker();
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
        context = new ServiceContext(
                KafkaSettings.of(broker.bootstrapServers()),
                topics,
                AvroCodecs.connect(RegistrySettings.of(registry.url()), topics),
                new SimpleMeterRegistry());
        sender = new PlainSender(context.kafka());
        console = new ConsoleService(
                context,
                new ConsoleSettings(
                        true,
                        "127.0.0.1",
                        freePort(),
                        Path.of(""),
                        Path.of(""),
                        Path.of(""),
                        new GatewaySettings(4, 1)),
                List.of());
        console.start();
        await().atMost(PATIENCE).until(() -> console.health().ready());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        console.close();
        sender.close();
        registry.close();
        broker.close();
    }

    final void startBroker() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"), port);
    }

    final void stopBroker() {
        broker.close();
    }

    final void send(Topic topic, String key, byte[] value) {
        sender.send(new ProducerRecord<>(topics.name(topic), key.getBytes(UTF_8), value))
                .join();
    }

    final HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    final HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(console.url() + path));
    }
}
