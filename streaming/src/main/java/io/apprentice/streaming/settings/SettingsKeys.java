package io.apprentice.streaming.settings;

import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The keys that a record of settings has. */
final class SettingsKeys {
    private SettingsKeys() {}

    /**
     * Where a value belongs.
     *
     * @param parents names of the enclosing nodes
     * @param name the value's own name
     */
    record Place(List<String> parents, String name, boolean isList, boolean isInMap) {}

    /** @throws SettingsException if there is no such key; names the known ones */
    static Place place(Class<?> type, String key) {
        List<String> parents = new ArrayList<>();
        Class<?> record = type;
        String rest = key;
        while (true) {
            if (isMap(record)) {
                return new Place(parents, rest, false, true);
            }
            String name = rest.split("\\.", 2)[0];
            RecordComponent component = Arrays.stream(record.getRecordComponents())
                    .filter(c -> Settings.kebab(c.getName()).equals(name))
                    .findFirst()
                    .orElse(null);
            if (component == null) {
                throw unknown(key, parents, record);
            }
            boolean last = name.length() == rest.length();
            Class<?> inner = component.getType();
            if (!isMap(inner) && !inner.isRecord() || isScalar(inner)) {
                if (!last) {
                    throw new SettingsException("unknown setting '%s': '%s' is a single value"
                            .formatted(key, String.join(".", with(parents, name))));
                }
                return new Place(parents, name, Collection.class.isAssignableFrom(inner), false);
            }
            if (last) {
                throw new SettingsException("setting '%s' is a group; expected %s"
                        .formatted(key, isMap(inner) ? key + ".NAME=VALUE" : "one of " + names(inner) + " after it"));
            }
            parents.add(name);
            record = inner;
            rest = rest.substring(name.length() + 1);
        }
    }

    private static SettingsException unknown(String key, List<String> parents, Class<?> record) {
        String wrong = key.split("\\.", -1)[parents.size()];
        String closest = Arrays.stream(record.getRecordComponents())
                .map(c -> Settings.kebab(c.getName()))
                .filter(name -> distance(wrong, name) <= Math.max(2, name.length() / 3))
                .min(Comparator.comparingInt(name -> distance(wrong, name)))
                .map(name -> "did you mean '%s'? ".formatted(String.join(".", with(parents, name))))
                .orElse("");
        return new SettingsException("unknown setting '%s': %sexpected one of %s%s"
                .formatted(
                        key,
                        closest,
                        names(record),
                        parents.isEmpty() ? "" : " under '" + String.join(".", parents) + "'"));
    }

    /** Insertions, deletions and substitutions that turn one word into another. */
    private static int distance(String a, String b) {
        int[] row = IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /** The key of an environment variable without its prefix. */
    static Optional<String> ofVariable(Class<?> type, String variable) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = Settings.kebab(component.getName());
            String upper = variable(name);
            Class<?> inner = component.getType();
            if (variable.equals(upper) && (isScalar(inner) || !inner.isRecord() && !isMap(inner))) {
                return Optional.of(name);
            }
            if (variable.startsWith(upper + "_")) {
                String rest = variable.substring(upper.length() + 1);
                Optional<String> key = isMap(inner)
                        ? Optional.of(rest.toLowerCase(Locale.ROOT).replace('_', '.'))
                        : inner.isRecord() && !isScalar(inner) ? ofVariable(inner, rest) : Optional.empty();
                if (key.isPresent()) {
                    return Optional.of(name + "." + key.get());
                }
            }
        }
        return Optional.empty();
    }

    static String variables(Class<?> type, String prefix) {
        return Arrays.stream(type.getRecordComponents())
                .map(c -> prefix + variable(Settings.kebab(c.getName())))
                .collect(Collectors.joining(", "));
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String names(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .map(c -> Settings.kebab(c.getName()))
                .collect(Collectors.joining(", "));
    }

    /** Whether a type is a map, or a record with the value of a map. */
    private static boolean isMap(Class<?> type) {
        return Map.class.isAssignableFrom(type)
                || valueType(type).map(SettingsKeys::isMapType).orElse(false);
    }

    /** Whether a type is a record that is written as a single value. */
    private static boolean isScalar(Class<?> type) {
        return type.isRecord()
                && !isMap(type)
                && (valueType(type).isPresent()
                        || Arrays.stream(type.getMethods()).anyMatch(m -> m.isAnnotationPresent(JsonValue.class)));
    }

    private static Optional<Type> valueType(Class<?> type) {
        return type.isRecord()
                ? Arrays.stream(type.getRecordComponents())
                        .filter(c -> c.isAnnotationPresent(JsonValue.class)
                                || c.getAccessor().isAnnotationPresent(JsonValue.class))
                        .map(RecordComponent::getGenericType)
                        .findFirst()
                : Optional.empty();
    }

    private static boolean isMapType(Type type) {
        return type instanceof ParameterizedType p && p.getRawType() == Map.class;
    }

    private static List<String> with(List<String> parents, String name) {
        List<String> all = new ArrayList<>(parents);
        all.add(name);
        return all;
    }
}
