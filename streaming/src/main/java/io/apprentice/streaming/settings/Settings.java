package io.apprentice.streaming.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Loads settings into records. A key is the path of component names in kebab case, {@code student.publish-every}; the
 * components of a {@code Map<String, String>} are any keys at all, {@code kafka.bootstrap.servers}. Compact
 * constructors validate, and their messages reach the user.
 */
public final class Settings {
    private static final String PREFIX = "APPRENTICE_";
    private static final String MASK = "******";
    private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|token|jaas|credential).*");
    private static final Pattern USER_INFO = Pattern.compile("://\\S*@");
    /** Variables of the start script and the tests, which are not settings. */
    private static final Set<String> OTHERS = Set.of(
            "APPRENTICE_CLASSPATH", "APPRENTICE_DATA", "APPRENTICE_HEAP", "APPRENTICE_JAVA_OPTIONS", "APPRENTICE_HOME");

    private Settings() {}

    /**
     * Applies a file, the environment and overrides, in this order, to defaults.
     *
     * @param defaults a record with the components and their default values
     * @param yaml file with nested keys
     * @param environment environment variables, of which those that begin with {@code APPRENTICE_} count:
     *     {@code student.publish-every} is {@code APPRENTICE_STUDENT_PUBLISH_EVERY}
     * @param overrides {@code key=value}; lists are separated by commas, or written in brackets as in YAML
     * @throws SettingsException if a key is unknown or a value is invalid
     */
    @SuppressWarnings("unchecked")
    public static <T extends Record> T load(
            T defaults, Optional<Path> yaml, Map<String, String> environment, List<String> overrides) {
        Class<T> type = (Class<T>) defaults.getClass();
        ObjectNode tree = SettingsMapper.JSON.valueToTree(defaults);
        yaml.ifPresent(file -> merge(tree, type, file));
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !OTHERS.contains(name)) {
                String key = SettingsKeys.ofVariable(type, name.substring(PREFIX.length()))
                        .orElseThrow(() ->
                                new SettingsException("environment variable %s names no setting; expected one of %s..."
                                        .formatted(name, SettingsKeys.variables(type, PREFIX))));
                set(tree, type, key, new TextNode(value), "environment variable " + name);
            }
        });
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                throw new SettingsException("--set " + withoutUser(override) + ": expected key=value");
            }
            set(
                    tree,
                    type,
                    override.substring(0, equals),
                    new TextNode(override.substring(equals + 1)),
                    "--set " + override);
        }
        return bind(tree, type);
    }

    /** The settings as YAML; values of keys with secret-sounding names, and passwords in addresses, are masked. */
    public static String describe(Record settings) {
        ObjectNode tree = SettingsMapper.JSON.valueToTree(settings);
        mask(tree);
        try {
            return SettingsMapper.YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    private static void mask(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(m -> m.setValue(masked(m.getKey(), m.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, masked("", array.get(i)));
            }
        }
    }

    private static JsonNode masked(String key, JsonNode value) {
        if (!value.isTextual() || value.textValue().isEmpty()) {
            mask(value);
            return value;
        }
        return new TextNode(SECRET.matcher(key).matches() ? MASK : withoutUser(value.textValue()));
    }

    /** A text without users and passwords of the addresses in it. */
    private static String withoutUser(String text) {
        return USER_INFO.matcher(text).replaceAll("://" + MASK + "@");
    }

    private static void merge(ObjectNode tree, Class<?> type, Path file) {
        JsonNode read;
        try {
            if (!Files.isRegularFile(file)) {
                throw new SettingsException("--config " + file + ": no such file");
            }
            read = SettingsMapper.YAML.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new SettingsException(
                    "%s: expected YAML, line %d: %s"
                            .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new SettingsException(file + ": cannot be read: " + e.getMessage(), e);
        }
        if (read.isMissingNode() || read.isNull()) {
            return; // an empty file
        }
        if (!read.isObject()) {
            throw new SettingsException(file + ": expected keys with values, got " + read.getNodeType());
        }
        try {
            merge(tree, type, "", read);
        } catch (SettingsException e) {
            throw new SettingsException(file + ": " + e.getMessage(), e);
        }
    }

    private static void merge(ObjectNode tree, Class<?> type, String path, JsonNode node) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String key = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            if (member.getValue().isObject()) {
                merge(tree, type, key, member.getValue());
            } else if (!member.getValue().isNull()) {
                set(tree, type, key, member.getValue());
            }
        }
    }

    private static void set(ObjectNode tree, Class<?> type, String key, JsonNode value, String source) {
        try {
            set(tree, type, key, value);
        } catch (SettingsException e) {
            throw new SettingsException(withoutUser(source) + ": " + e.getMessage(), e);
        }
    }

    /** Puts a value at a key; the key must exist, or lie in a map. */
    private static void set(ObjectNode tree, Class<?> type, String key, JsonNode value) {
        SettingsKeys.Place place = SettingsKeys.place(type, key);
        ObjectNode parent = tree;
        for (String name : place.parents()) {
            parent = (ObjectNode) parent.get(name);
        }
        JsonNode stored = value;
        if (place.isList() && value.isTextual()) {
            stored = list(key, value.textValue());
        } else if (place.isInMap()) {
            stored = new TextNode(value.asText());
        }
        parent.set(place.name(), stored);
    }

    private static JsonNode list(String key, String text) {
        if (text.isBlank()) {
            return JsonNodeFactory.instance.arrayNode();
        }
        if (!text.startsWith("[")) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            for (String item : text.split(",", -1)) {
                list.add(item.strip());
            }
            return list;
        }
        try {
            return SettingsMapper.YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new SettingsException(
                    "%s: expected a list such as [a, b], got '%s'".formatted(key, withoutUser(text)), e);
        }
    }

    private static <T> T bind(ObjectNode tree, Class<T> type) {
        try {
            return SettingsMapper.JSON.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new SettingsException(SettingsMapper.explain(e), e);
        }
    }

    /** {@code publishEvery} to {@code publish-every}. */
    static String kebab(String component) {
        return component.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
