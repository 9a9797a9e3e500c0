package io.apprentice.ingest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.apprentice.recordings.video.VideoDecoder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Specification of a camera: {@code [id=]kind:source}.
 *
 * <ul>
 *   <li>{@code synthetic:parcel}, or several objects {@code synthetic:parcel,mug}, with settings of its own after a
 *       question mark: {@code synthetic:parcel?fps=30&seed=7&shift=60s}
 *   <li>{@code video:FILE}, also {@code video:rtsp://...} and {@code video:/dev/video0}
 *   <li>{@code images:DIR}, JPEG and PNG files in the natural order of their names
 *   <li>{@code bop:SCENE_DIR}, a scene in BOP's layout
 * </ul>
 *
 * @param id the camera's name, which is the key of all records about its frames; letters, digits, dot, dash, underscore
 * @param kind kind of source
 * @param source objects, file, address or folder, by kind
 * @param options settings after the question mark; synthetic only
 */
public record CameraSpec(String id, Kind kind, String source, Map<String, String> options) {

    /** Kinds of cameras. */
    public enum Kind {
        /** The built-in renderer. */
        SYNTHETIC,
        /** A video that FFmpeg reads. */
        VIDEO,
        /** A folder of images. */
        IMAGES,
        /** A BOP scene. */
        BOP
    }

    private static final Pattern SPEC = Pattern.compile("(?:([A-Za-z0-9._-]{1,100})=)?([a-z]+):(.+)");
    private static final String EXPECTED =
            "expected [id=]synthetic:OBJECT, [id=]video:FILE, [id=]images:DIR or [id=]bop:SCENE_DIR";

    /** Copies the options. */
    public CameraSpec {
        options = Map.copyOf(options);
    }

    /**
     * Reads a specification. Without an id the camera is named after its source: {@code synthetic}, the file's name
     * without its extension, or the folder's name.
     *
     * @throws IllegalArgumentException naming the specification and what was expected; files are not checked before
     *     they are opened
     */
    @JsonCreator
    public static CameraSpec parse(String text) {
        Matcher spec = SPEC.matcher(text.strip());
        if (!spec.matches()) {
            throw new IllegalArgumentException("camera '" + text + "': " + EXPECTED);
        }
        String source = spec.group(3);
        Kind kind = switch (spec.group(2)) {
            case "synthetic" -> Kind.SYNTHETIC;
            case "video" -> Kind.VIDEO;
            case "images" -> Kind.IMAGES;
            case "bop" -> Kind.BOP;
            default ->
                throw new IllegalArgumentException(
                        "camera '%s': unknown kind '%s'; %s".formatted(text, spec.group(2), EXPECTED));
        };
        Map<String, String> options = new LinkedHashMap<>();
        int question = source.indexOf('?');
        if (kind == Kind.SYNTHETIC && question >= 0) {
            for (String option : source.substring(question + 1).split("&", -1)) {
                String[] pair = option.split("=", 2);
                if (pair.length != 2 || pair[0].isEmpty() || options.put(pair[0], pair[1]) != null) {
                    throw new IllegalArgumentException(
                            "camera '%s': expected options as ?key=value&key=value, each key once, got '%s'"
                                    .formatted(text, option));
                }
            }
            source = source.substring(0, question);
        }
        String id = spec.group(1) != null ? spec.group(1) : derivedId(kind, source);
        return new CameraSpec(id, kind, source, options);
    }

    private static String derivedId(Kind kind, String source) {
        if (kind == Kind.SYNTHETIC) {
            return "synthetic";
        }
        Path name = Path.of(VideoDecoder.withoutPassword(source))
                .toAbsolutePath()
                .normalize()
                .getFileName();
        String id = name == null ? "" : name.toString().replaceAll("[^A-Za-z0-9._-]", "-");
        if (kind == Kind.VIDEO) {
            id = id.replaceFirst("\\.[A-Za-z0-9]+$", "");
        }
        return id.isEmpty() || id.startsWith(".") ? kind.name().toLowerCase(Locale.ROOT) : id;
    }

    /** Text that {@link #parse} reads as an equal specification. */
    @JsonValue
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(id)
                .append('=')
                .append(kind.name().toLowerCase(Locale.ROOT))
                .append(':')
                .append(source);
        char separator = '?';
        for (Map.Entry<String, String> option : new TreeMap<>(options).entrySet()) {
            text.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = '&';
        }
        return text.toString();
    }
}
