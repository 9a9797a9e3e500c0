package io.apprentice.streaming.settings;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Format of settings: kebab case, durations as {@code 90s}, lower-case choices, unchanged paths. */
final class SettingsMapper {
    static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(module())
            .build();

    static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    private SettingsMapper() {}

    @SuppressWarnings({"rawtypes", "unchecked"}) // Jackson's serializers of enums use the raw type
    private static SimpleModule module() {
        SimpleModule module = new SimpleModule();
        module.addSerializer(Path.class, new ToStringSerializer());
        module.addDeserializer(Path.class, new Text<>(Path.class) {
            @Override
            Path of(String text) {
                return Path.of(text);
            }
        });
        module.addDeserializer(Duration.class, new Text<>(Duration.class) {
            @Override
            Duration of(String text) {
                return duration(text);
            }
        });
        module.addSerializer(Duration.class, new StdSerializer<>(Duration.class) {
            @Override
            public void serialize(Duration value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(text(value));
            }
        });
        module.addSerializer((Class) Enum.class, new StdSerializer<Enum>(Enum.class) {
            @Override
            public void serialize(Enum value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(value.name().toLowerCase(Locale.ROOT));
            }
        });
        return module;
    }

    /** Reads single values from text; an empty text is a value like any other. */
    private abstract static class Text<T> extends FromStringDeserializer<T> {
        Text(Class<T> type) {
            super(type);
        }

        abstract T of(String text);

        @Override
        protected T _deserialize(String text, DeserializationContext context) throws IOException {
            try {
                return of(text);
            } catch (RuntimeException e) {
                throw context.weirdStringException(text, _valueClass, e.getMessage());
            }
        }

        @Override
        protected Object _deserializeFromEmptyString(DeserializationContext context) throws IOException {
            return _deserialize("", context);
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString();
            return text == null ? super.deserialize(parser, context) : _deserialize(text, context);
        }
    }

    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");

    /** {@code 500ms}, {@code 90s}, {@code 2m}, {@code 1h}, {@code 1h30m}, or ISO 8601. */
    private static Duration duration(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("pt") || lower.startsWith("p")) {
            return Duration.parse(lower);
        }
        if (lower.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = DURATION.matcher(lower);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            double seconds = Double.parseDouble(part.group(1))
                    * switch (part.group(2)) {
                        case "ms" -> 1e-3;
                        case "s" -> 1;
                        case "m" -> 60;
                        case "h" -> 3600;
                        default -> 86_400;
                    };
            sum = sum.plusNanos(Math.round(seconds * 1e9));
            end = part.end();
        }
        if (end == 0 || end < lower.length()) {
            throw new IllegalArgumentException("no duration");
        }
        return sum;
    }

    private static String text(Duration value) {
        long millis = value.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        return seconds % 3600 == 0 && seconds > 0
                ? seconds / 3600 + "h"
                : seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** Names the key, the value and what was expected. */
    static String explain(JsonProcessingException e) {
        String key = e instanceof JsonMappingException m
                ? m.getPath().stream()
                        .map(r -> r.getFieldName() != null ? r.getFieldName() : Integer.toString(r.getIndex()))
                        .collect(Collectors.joining("."))
                : "";
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException && !(cause instanceof NumberFormatException)) {
                String message = String.valueOf(cause.getMessage());
                return key.isEmpty() || message.contains(key.split("\\.", 2)[0]) ? message : key + ": " + message;
            }
        }
        if (e instanceof InvalidFormatException f) {
            return "%s must be %s, got '%s'".formatted(key, expected(f.getTargetType()), f.getValue());
        }
        return "%s: %s".formatted(key, e.getOriginalMessage());
    }

    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "int", "Integer", "long", "Long" -> "a whole number";
            case "double", "Double", "float", "Float" -> "a number";
            case "boolean", "Boolean" -> "true or false";
            case "Duration" -> "a duration such as 500ms, 90s or 2m";
            default -> "a " + type.getSimpleName();
        };
    }
}
