package io.apprentice.app.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.ObjectChoice;
import io.apprentice.app.live.Services;
import io.apprentice.console.ConsoleService;
import io.apprentice.embedded.EmbeddedRegistry;
import io.apprentice.ingest.IngestService;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.service.Service;
import io.apprentice.streaming.settings.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The services against a broker that asks for passwords and allows each user what {@code docker/kubernetes/users.yaml} allows it,
 * and no more.
 */
class AclsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path MODELS = Path.of("../models").toAbsolutePath().normalize();
    private static final List<String> SERVICES = List.of("ingest", "teacher", "trainer", "inference", "console");

    @TempDir
    private static Path folder;

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    private static SecuredBroker broker;
    private static EmbeddedRegistry registry;

    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    /** The administrator's work: topics, users and their rights. */
    @BeforeAll
    static void prepare() throws Exception {
        TorchRuntime.useThreads(1); // several networks share the cores
        LOG.start();
        logger().addAppender(LOG);
        broker = new SecuredBroker(folder, SERVICES);
        registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
        TopicAdmin.ensure(KafkaSettings.of(broker.inside()), TopicSettings.DEFAULTS, List.of(Topic.values()));
        broker.admin().createAcls(KubernetesFiles.acls()).all().get();
    }

    /** What all tests together logged tells no password. */
    @AfterAll
    static void end() throws Exception {
        registry.close();
        broker.close();
        logger().detachAppender(LOG);
        assertThat(LOG.list).isNotEmpty();
        for (String user : SERVICES) {
            String password = broker.password(user);
            assertThat(LOG.list)
                    .noneMatch(event -> event.getFormattedMessage().contains(password)
                            || ThrowableProxyUtil.asString(event.getThrowableProxy())
                                    .contains(password));
        }
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @AfterEach
    void stop() throws Exception {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    /** A service's parts, with the environment that its container would have. */
    private Services services(String user, String... overrides) throws Exception {
        Map<String, String> environment = new TreeMap<>(KubernetesFiles.environment());
        environment.put("APPRENTICE_KAFKA_BOOTSTRAP_SERVERS", broker.address());
        environment.put(
                "APPRENTICE_KAFKA_SSL_TRUSTSTORE_LOCATION", broker.authority().toString());
        environment.put("APPRENTICE_KAFKA_SASL_JAAS_CONFIG", broker.login(user));
        environment.put("APPRENTICE_REGISTRY_URL", registry.url());
        ApprenticeSettings settings = Settings.load(
                ApprenticeSettings.defaults(KafkaSettings.of(""), RegistrySettings.DEFAULTS),
                Optional.empty(),
                environment,
                List.of(overrides));
        Services services = new Services(settings, ObjectChoice.PARCEL, ObjectChoice.load(ObjectChoice.PARCEL));
        running.push(services);
        return services;
    }

    private <S extends Service> S started(S service) {
        running.push(service);
        service.start();
        return service;
    }

    private Service teacher(String user) throws Exception {
        return started(services(user, "teacher.weights=" + MODELS.resolve("teacher-parcel.safetensors"))
                .teacher());
    }

    @Test
    void services_eachAsItsOwnUser_doTheirWork() throws Exception {
        Service trainer =
                started(services("trainer").trainer(NetworkWeights.read(MODELS.resolve("student-parcel.safetensors"))));
        Service inference = started(services("inference").inference());
        Service teacher = teacher("teacher");
        ConsoleService console = started(services("console", "console.token-file=" + folder.resolve("tokens"))
                .console());
        Service ingest = started(services("ingest", "ingest.rate=2").ingest());
        List<Service> all = List.of(trainer, inference, teacher, console, ingest);

        try (RecordReader reader = new RecordReader(KafkaSettings.of(broker.inside()))) {
            for (Topic topic :
                    List.of(Topic.POSES, Topic.LOCAL_PREDICTIONS, Topic.AGREEMENT, Topic.TRAINING_PROGRESS)) {
                await(topic.baseName()).atMost(PATIENCE).until(() -> {
                    assertThat(all)
                            .allSatisfy(service -> assertThat(service.termination())
                                    .as(service.name())
                                    .isNotDone());
                    return reader.endOffsets(topic.baseName()).values().stream().anyMatch(end -> end > 0);
                });
            }
        }
        URI page = URI.create(console.url());
        HttpClient http = HttpClient.newHttpClient();
        await("poses on the page")
                .atMost(PATIENCE)
                .until(() -> http.send(
                                HttpRequest.newBuilder(page.resolve("/api/poses"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body()
                        .contains("synthetic"));
        HttpResponse<String> asked = http.send(
                HttpRequest.newBuilder(page.resolve("/api/directives"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"kind\":\"PAUSE\",\"student\":\"student\",\"by\":\"ada\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
        await("the trainer obeys")
                .atMost(PATIENCE)
                .until(() -> trainer.health().detail().equals("paused by ada"));
    }

    @Test
    void teacher_asAnotherUser_isRefusedAndSaysWhatItMayNot() throws Exception {
        Service teacher = teacher("inference");

        assertThatThrownBy(() -> teacher.termination().get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("teacher-0");
    }

    @Test
    void ingest_asAnotherUser_losesItsFramesAndCountsThem() throws Exception {
        IngestService ingest = started(services("teacher", "ingest.rate=2").ingest());

        await().atMost(PATIENCE).until(() -> ingest.stats().get(0).dropped() > 0);
        assertThat(ingest.stats().get(0).frames()).isZero();
    }

    @Test
    void teacher_whoseRightIsTakenAway_endsAndNamesTheTopic_andWorksWhenItIsGivenBack() throws Exception {
        Service ingest = started(services("ingest", "ingest.rate=2").ingest());
        Service teacher = teacher("teacher");
        await().atMost(PATIENCE).until(() -> teacher.health().ready());
        AclBinding right = right("teacher", "frames", AclOperation.READ);

        broker.admin().deleteAcls(List.of(right.toFilter())).all().get();
        assertThatThrownBy(() -> teacher.termination().get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("frames");

        broker.admin().createAcls(List.of(right)).all().get();
        Service again = teacher("teacher");
        try (RecordReader reader = new RecordReader(KafkaSettings.of(broker.inside()))) {
            long before = sum(reader, Topic.LOCAL_PREDICTIONS);
            await().atMost(PATIENCE).until(() -> sum(reader, Topic.LOCAL_PREDICTIONS) > before);
        }
        assertThat(List.of(ingest, again))
                .allMatch(service -> !service.termination().isDone());
    }

    @Test
    void ingest_whoseRightIsTakenAway_countsWhatItLosesAndGoesOnWhenItIsGivenBack() throws Exception {
        IngestService ingest = started(services("ingest", "ingest.rate=2").ingest());
        await().atMost(PATIENCE).until(() -> ingest.stats().get(0).frames() > 0);
        AclBinding right = right("ingest", "frames", AclOperation.WRITE);

        broker.admin().deleteAcls(List.of(right.toFilter())).all().get();
        await().atMost(PATIENCE).until(() -> ingest.stats().get(0).dropped() > 0);
        broker.admin().createAcls(List.of(right)).all().get();
        long before = ingest.stats().get(0).frames();

        await().atMost(PATIENCE).until(() -> ingest.stats().get(0).frames() > before + 2);
    }

    private static AclBinding right(String user, String topic, AclOperation operation) throws Exception {
        return KubernetesFiles.acls().stream()
                .filter(acl -> acl.entry().principal().equals("User:" + user)
                        && acl.pattern().resourceType() == ResourceType.TOPIC
                        && acl.pattern().name().equals(topic)
                        && acl.entry().operation() == operation)
                .findFirst()
                .orElseThrow();
    }

    private static long sum(RecordReader reader, Topic topic) {
        return reader.endOffsets(topic.baseName()).values().stream()
                .mapToLong(end -> end)
                .sum();
    }

    /** Topics that a service would create are as those that Kubernetes has. */
    @Test
    void topics_ofTheServices_areThoseOfTheFiles() throws Exception {
        Map<String, TopicDescription> there = broker.admin()
                .describeTopics(broker.admin().listTopics().names().get())
                .allTopicNames()
                .get();
        List<JsonNode> files = KubernetesFiles.ofKind("KafkaTopic");
        assertThat(files)
                .extracting(KubernetesFiles::name)
                .containsExactlyInAnyOrderElementsOf(
                        List.of(Topic.values()).stream().map(Topic::baseName).toList());
        for (JsonNode file : files) {
            String name = KubernetesFiles.name(file);
            assertThat(file.at("/spec/partitions").asInt())
                    .as(name)
                    .isEqualTo(there.get(name).partitions().size());
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
            Map<String, String> made =
                    broker.admin().describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
                            .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                            .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
            Map<String, String> wanted = new TreeMap<>(Map.of("cleanup.policy", "delete")); // Kafka's default
            file.at("/spec/config")
                    .properties()
                    .forEach(
                            entry -> wanted.put(entry.getKey(), entry.getValue().asText()));
            assertThat(wanted.remove("min.insync.replicas")).isEqualTo("2");
            assertThat(wanted).as(name).isEqualTo(made);
        }
    }
}
