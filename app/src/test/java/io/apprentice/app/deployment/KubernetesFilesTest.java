package io.apprentice.app.deployment;

import static io.apprentice.app.deployment.KubernetesFiles.name;
import static io.apprentice.app.deployment.KubernetesFiles.ofKind;
import static io.apprentice.app.deployment.KubernetesFiles.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.app.Main;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.schemas.ConsumerGroups;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.service.HttpEndpoint;
import io.apprentice.streaming.service.HttpSettings;
import io.apprentice.streaming.settings.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The files of {@code docker/kubernetes} name what there is. No cluster reads them here. */
class KubernetesFilesTest {

    private static JsonNode container(JsonNode deployment) {
        return deployment.at("/spec/template/spec/containers/0");
    }

    private static Set<String> texts(JsonNode array, String path) {
        return stream(array).map(one -> one.at(path).asText()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void resources_haveEachNameOnce() throws IOException {
        Set<String> names = new HashSet<>();
        assertThat(KubernetesFiles.resources()).hasSizeGreaterThan(20).allSatisfy(resource -> {
            assertThat(resource.path("apiVersion").asText()).isNotEmpty();
            assertThat(names.add(resource.path("kind").asText() + " " + name(resource)))
                    .as(name(resource))
                    .isTrue();
        });
    }

    /** The command lines and the environment, read by what reads them in the container. */
    @Test
    void deployments_startCommandsWithSettingsThatThereAre() throws IOException {
        for (JsonNode deployment : ofKind("Deployment")) {
            String service = name(deployment);
            List<String> args = stream(container(deployment).get("args"))
                    .map(JsonNode::asText)
                    .toList();
            CommandLine.ParseResult parsed = Main.commandLine(Path.of("unused")).parseArgs(args.toArray(String[]::new));
            assertThat(parsed.subcommand().commandSpec().name()).isEqualTo(service);

            Map<String, String> environment = new TreeMap<>(KubernetesFiles.environment());
            container(deployment)
                    .get("env")
                    .forEach(variable -> environment.put(
                            variable.get("name").asText(),
                            variable.path("value").asText("given")));
            assertThat(container(deployment).at("/envFrom/0/configMapRef/name"))
                    .isEqualTo(KubernetesFiles.kustomization().at("/configMapGenerator/0/name"));
            List<String> overrides = new ArrayList<>();
            for (int i = 0; i < args.size() - 1; i++) {
                if (args.get(i).equals("--set")) {
                    overrides.add(args.get(i + 1));
                }
            }
            ApprenticeSettings settings = Settings.load(
                    ApprenticeSettings.defaults(KafkaSettings.of(""), RegistrySettings.DEFAULTS),
                    Optional.empty(),
                    environment,
                    overrides);
            assertThat(settings.kafka().properties())
                    .as(service)
                    .containsEntry("security.protocol", "SASL_SSL")
                    .containsKeys("sasl.jaas.config", "bootstrap.servers", "ssl.truststore.location");
            assertThat(settings.topics().create()).isFalse();
        }
    }

    @Test
    void deployments_takeTheImagesOfCompose() throws IOException {
        JsonNode compose = KubernetesFiles.documents(KubernetesFiles.DOCKER.resolve("compose.yaml"))
                .get(0);
        Set<String> images = texts(compose.get("services"), "/image");
        Set<String> tagged = texts(KubernetesFiles.kustomization().get("images"), "/name");
        assertThat(images).containsAll(tagged);
        assertThat(ofKind("Deployment"))
                .extracting(deployment -> container(deployment).get("image").asText())
                .allSatisfy(image -> assertThat(tagged).contains(image));
    }

    @Test
    void probes_askWhatAServiceAnswers() throws IOException {
        String dockerfile = Files.readString(KubernetesFiles.DOCKER.resolve("Dockerfile"));
        Matcher port = Pattern.compile("APPRENTICE_HTTP_PORT=(\\d+)").matcher(dockerfile);
        assertThat(port.find()).isTrue();
        try (HttpEndpoint http = HttpEndpoint.start(
                HttpSettings.DEFAULTS, List.of(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
            for (JsonNode deployment : ofKind("Deployment")) {
                JsonNode container = container(deployment);
                Map<String, Integer> ports = stream(container.get("ports"))
                        .collect(Collectors.toMap(
                                p -> p.get("name").asText(),
                                p -> p.get("containerPort").asInt()));
                assertThat(ports).containsEntry("http", Integer.parseInt(port.group(1)));
                for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                    JsonNode get = container.get(probe).get("httpGet");
                    assertThat(ports).containsKey(get.get("port").asText());
                    URI asked = URI.create("http://127.0.0.1:%d%s"
                            .formatted(http.port(), get.get("path").asText()));
                    assertThat(((HttpURLConnection) asked.toURL().openConnection()).getResponseCode())
                            .as(asked.toString())
                            .isIn(200, 503);
                }
            }
        }
    }

    @Test
    void references_leadToWhatTheFilesHave() throws IOException {
        Set<String> users =
                ofKind("KafkaUser").stream().map(KubernetesFiles::name).collect(Collectors.toSet());
        Set<String> claims = ofKind("PersistentVolumeClaim").stream()
                .map(KubernetesFiles::name)
                .collect(Collectors.toSet());
        for (JsonNode deployment : ofKind("Deployment")) {
            JsonNode pod = deployment.at("/spec/template/spec");
            assertThat(users).contains(name(deployment));
            assertThat(container(deployment).findValue("secretKeyRef").get("name"))
                    .isEqualTo(deployment.at("/metadata/name")); // the operator makes a secret for each user
            assertThat(texts(container(deployment).get("volumeMounts"), "/name"))
                    .isEqualTo(texts(pod.get("volumes"), "/name"));
            assertThat(texts(container(deployment).get("volumeMounts"), "/mountPath"))
                    .contains(Path.of(KubernetesFiles.environment().get("APPRENTICE_KAFKA_SSL_TRUSTSTORE_LOCATION"))
                            .getParent()
                            .toString());
            pod.findValuesAsText("claimName")
                    .forEach(claim -> assertThat(claims).contains(claim));
            assertThat(deployment.at("/spec/selector/matchLabels/app"))
                    .isEqualTo(deployment.at("/spec/template/metadata/labels/app"))
                    .isEqualTo(deployment.at("/metadata/name"));
        }
        Set<String> deployments =
                ofKind("Deployment").stream().map(KubernetesFiles::name).collect(Collectors.toSet());
        assertThat(deployments)
                .contains(ofKind("Service").get(0).at("/spec/selector/app").asText());
        assertThat(deployments)
                .contains(ofKind("PodDisruptionBudget")
                        .get(0)
                        .at("/spec/selector/matchLabels/app")
                        .asText());
        JsonNode console = ofKind("Deployment").stream()
                .filter(deployment -> name(deployment).equals("console"))
                .findFirst()
                .orElseThrow();
        assertThat(texts(container(console).get("ports"), "/name"))
                .contains(
                        ofKind("Service").get(0).at("/spec/ports/0/targetPort").asText());
    }

    @Test
    void scaling_isByTheLagOfTheServicesGroups() throws IOException {
        Map<String, String> groups =
                Map.of("inference", ConsumerGroups.inference(""), "teacher", ConsumerGroups.teacher(""));
        List<JsonNode> scaled = ofKind("ScaledObject");
        assertThat(scaled).extracting(KubernetesFiles::name).containsExactlyInAnyOrderElementsOf(groups.keySet());
        assertThat(scaled).allSatisfy(object -> {
            assertThat(object.at("/spec/scaleTargetRef/name").asText()).isEqualTo(name(object));
            assertThat(object.at("/spec/maxReplicaCount").asInt())
                    .isEqualTo(Topic.FRAMES.partitions(TopicSettings.DEFAULTS.cameraPartitions()));
            JsonNode trigger = object.at("/spec/triggers/0/metadata");
            assertThat(trigger.get("topic").asText()).isEqualTo(Topic.FRAMES.baseName());
            assertThat(trigger.get("consumerGroup").asText()).isEqualTo(groups.get(name(object)));
            assertThat(trigger.get("bootstrapServers").asText())
                    .isEqualTo(KubernetesFiles.environment().get("APPRENTICE_KAFKA_BOOTSTRAP_SERVERS"));
        });
    }

    /** The table for people who write their rules themselves. */
    @Test
    void page_saysOfEachServiceWhatItsUserMay() throws IOException {
        List<String> page = Files.readAllLines(Path.of("../docs/deployment.md"));
        for (JsonNode deployment : ofKind("Deployment")) {
            String service = name(deployment);
            String row = page.stream()
                    .filter(line -> line.startsWith("| " + service + " |"))
                    .findFirst()
                    .orElseThrow();
            String[] cells = row.split("\\|", -1);
            assertThat(topics(cells[2]))
                    .as(row)
                    .isEqualTo(Set.copyOf(KubernetesFiles.topics(service, AclOperation.READ)));
            assertThat(topics(cells[3]))
                    .as(row)
                    .isEqualTo(Set.copyOf(KubernetesFiles.topics(service, AclOperation.WRITE)));
            assertThat(KubernetesFiles.topics(service, AclOperation.DESCRIBE)).hasSize(Topic.values().length);
        }
    }

    /** The topics of a cell: some, or all but some. */
    private static Set<String> topics(String cell) {
        Set<String> named = Pattern.compile("`([a-z-]+)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        if (!cell.strip().startsWith("all but")) {
            return named;
        }
        return Stream.of(Topic.values())
                .map(Topic::baseName)
                .filter(topic -> !named.contains(topic))
                .collect(Collectors.toSet());
    }
}
