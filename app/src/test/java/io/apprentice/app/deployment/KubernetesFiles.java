package io.apprentice.app.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.schemas.Topic;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** What the files of {@code docker/kubernetes} say. */
final class KubernetesFiles {
    static final Path DOCKER = Path.of("../docker").toAbsolutePath().normalize();
    private static final Path FOLDER = DOCKER.resolve("kubernetes");
    private static final ObjectMapper JSON = new ObjectMapper();

    private KubernetesFiles() {}

    /** The documents of a YAML file; a key that is there twice is an error. */
    static List<JsonNode> documents(Path file) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonNode> documents = new ArrayList<>();
        try (Reader text = Files.newBufferedReader(file)) {
            new Yaml(options).loadAll(text).forEach(document -> documents.add(JSON.valueToTree(document)));
        }
        return documents;
    }

    static JsonNode kustomization() throws IOException {
        return documents(FOLDER.resolve("kustomization.yaml")).get(0);
    }

    /** What is applied to the cluster. */
    static List<JsonNode> resources() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode file : kustomization().get("resources")) {
            all.addAll(documents(FOLDER.resolve(file.asText())));
        }
        return all;
    }

    static List<JsonNode> ofKind(String kind) throws IOException {
        return resources().stream()
                .filter(resource -> resource.path("kind").asText().equals(kind))
                .toList();
    }

    static String name(JsonNode resource) {
        return resource.at("/metadata/name").asText();
    }

    /** The environment that all services have in common. */
    static Map<String, String> environment() throws IOException {
        Map<String, String> environment = new TreeMap<>();
        for (JsonNode literal : kustomization().at("/configMapGenerator/0/literals")) {
            String[] pair = literal.asText().split("=", 2);
            environment.put(pair[0], pair[1]);
        }
        return environment;
    }

    /** What the users may do, as a broker has it. */
    static List<AclBinding> acls() throws IOException {
        List<AclBinding> acls = new ArrayList<>();
        for (JsonNode user : ofKind("KafkaUser")) {
            for (JsonNode acl : user.at("/spec/authorization/acls")) {
                ResourcePattern resource = new ResourcePattern(
                        ResourceType.fromString(
                                snakeCase(acl.at("/resource/type").asText())),
                        acl.at("/resource/name").asText(),
                        acl.at("/resource/patternType").asText().equals("prefix")
                                ? PatternType.PREFIXED
                                : PatternType.LITERAL);
                for (JsonNode operation : acl.get("operations")) {
                    acls.add(new AclBinding(
                            resource,
                            new AccessControlEntry(
                                    "User:" + name(user),
                                    "*",
                                    AclOperation.fromString(operation.asText()),
                                    AclPermissionType.ALLOW)));
                }
            }
        }
        return acls;
    }

    private static String snakeCase(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }

    /** The topics on which a user has an operation, in the order of the catalogue. */
    static List<String> topics(String user, AclOperation operation) throws IOException {
        List<AclBinding> acls = acls();
        return Stream.of(Topic.values())
                .map(Topic::baseName)
                .filter(topic -> acls.stream()
                        .anyMatch(acl -> acl.entry().principal().equals("User:" + user)
                                && acl.entry().operation() == operation
                                && acl.pattern().resourceType() == ResourceType.TOPIC
                                && acl.pattern().name().equals(topic)))
                .toList();
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
