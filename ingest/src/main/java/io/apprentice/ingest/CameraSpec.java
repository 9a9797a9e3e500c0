package io.apprentice.ingest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.apprentice.ingest.live.Address;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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
 *   <li>{@code rtsp://HOST/...} and other live addresses that FFmpeg opens, with settings of its own after a hash:
 *       {@code rtsp://HOST/...#transport=udp&fps=10}
 *   <li>{@code v4l2:/dev/video0}, a device, with settings after a hash
 *   <li>{@code ID=push:}, frames that somebody sends to us, with settings after a hash
 *   <li>{@code video:FILE}
 *   <li>{@code images:DIR}, JPEG and PNG files in the natural order of their names
 *   <li>{@code bop:SCENE_DIR}, a scene in BOP's layout
 * </ul>
 *
 * <p>{@code video:rtsp://...} and {@code video:/dev/video0} are the same as without {@code video:}.
 *
 * @param id the camera's name, which is the key of all records about its frames; letters, digits, dot, dash, underscore
 * @param kind kind of source
 * @param source objects, file, address or folder, by kind
 * @param options settings after the question mark or hash
 */
public record CameraSpec(String id, Kind kind, Address source, Map<String, String> options) {

    /** Kinds of cameras. */
    public enum Kind {
        /** The built-in renderer. */
        SYNTHETIC,
        /** A live stream. */
        LIVE,
        /** A device of this machine. */
        V4L2,
        /** Frames that somebody sends to us. */
        PUSH,
        /** A video file. */
        VIDEO,
        /** A folder of images. */
        IMAGES,
        /** A BOP scene. */
        BOP;

        /** Whether frames come in real time, and the camera may go away and come back. */
        boolean isLive() {
            return this == LIVE || this == V4L2 || this == PUSH;
        }
    }

    private static final Pattern SPEC = Pattern.compile("(?:([A-Za-z0-9._-]{1,100})=)?([a-z0-9]+):(.*)");
    private static final List<String> PROTOCOLS =
            List.of("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "srt", "udp", "rtp");
    private static final Pattern URL = Pattern.compile("(%s)://.*".formatted(String.join("|", PROTOCOLS)));
    private static final String EXPECTED = "expected [id=]synthetic:OBJECT, [id=]rtsp://HOST/... (also "
            + String.join(", ", PROTOCOLS.subList(1, PROTOCOLS.size()))
            + "), [id=]v4l2:/dev/videoN, id=push:, [id=]video:FILE, [id=]images:DIR or [id=]bop:SCENE_DIR";

    /** Copies the options. */
    public CameraSpec {
        options = Map.copyOf(options);
    }

    /**
     * Reads a specification. Without an id the camera is named after its source: {@code synthetic}, the file's name
     * without its extension, the folder's name, the device's name, or the last part of the address.
     *
     * @throws IllegalArgumentException naming the specification, without its secrets, and what was expected; whether
     *     something is there is not checked before it is opened
     */
    @JsonCreator
    public static CameraSpec parse(String text) {
        Matcher spec = SPEC.matcher(text.strip());
        if (!spec.matches()) {
            throw new IllegalArgumentException("camera '" + Address.masked(text) + "': " + EXPECTED);
        }
        String word = spec.group(2);
        String source = spec.group(3);
        if (PROTOCOLS.contains(word)) {
            source = word + ":" + source;
        }
        Kind kind = switch (word) {
            case "synthetic" -> Kind.SYNTHETIC;
            case "v4l2" -> Kind.V4L2;
            case "push" -> Kind.PUSH;
            case "images" -> Kind.IMAGES;
            case "bop" -> Kind.BOP;
            case "video" ->
                URL.matcher(source).matches() ? Kind.LIVE : source.startsWith("/dev/") ? Kind.V4L2 : Kind.VIDEO;
            default -> {
                if (!URL.matcher(source).matches()) {
                    throw new IllegalArgumentException(
                            "camera '%s': unknown kind '%s'; %s".formatted(Address.masked(text), word, EXPECTED));
                }
                yield Kind.LIVE;
            }
        };
        Map<String, String> options = new LinkedHashMap<>();
        int mark = source.indexOf(kind.isLive() ? '#' : '?');
        if (mark >= 0 && (kind.isLive() || kind == Kind.SYNTHETIC)) {
            options = options(text, source.substring(mark));
            source = source.substring(0, mark);
        }
        if (source.isEmpty() != (kind == Kind.PUSH) || (kind == Kind.PUSH && spec.group(1) == null)) {
            throw new IllegalArgumentException("camera '" + Address.masked(text) + "': " + EXPECTED);
        }
        Address address = Address.of(source);
        return new CameraSpec(spec.group(1) != null ? spec.group(1) : derivedId(kind, address), kind, address, options);
    }

    private static Map<String, String> options(String text, String marked) {
        Map<String, String> options = new LinkedHashMap<>();
        if (marked.startsWith("#") && marked.contains("@")) { // it is a password, of which no part may be told
            throw new IllegalArgumentException(
                    "camera '%s': a # begins the options; write it as %%23 in an address, and @ as %%40"
                            .formatted(Address.masked(text)));
        }
        for (String option : marked.substring(1).split("&", -1)) {
            String[] pair = option.split("=", 2);
            if (pair.length != 2 || pair[0].isEmpty() || options.put(pair[0], pair[1]) != null) {
                throw new IllegalArgumentException(
                        "camera '%s': expected options as %ckey=value&key=value, each key once"
                                .formatted(Address.masked(text), marked.charAt(0)));
            }
        }
        return options;
    }

    private static String derivedId(Kind kind, Address source) {
        if (kind == Kind.SYNTHETIC) {
            return "synthetic";
        }
        String place = kind == Kind.LIVE
                ? source.toString().replaceFirst("^[a-z]+://(.*@)?", "").replaceFirst("[?].*", "")
                : source.toString();
        Path name = Path.of(place).toAbsolutePath().normalize().getFileName();
        String id = name == null ? "" : name.toString().replaceAll("[^A-Za-z0-9._-]", "-");
        if (kind == Kind.VIDEO) {
            id = id.replaceFirst("\\.[A-Za-z0-9]+$", "");
        }
        return id.isEmpty() || id.startsWith(".") ? kind.name().toLowerCase(Locale.ROOT) : id;
    }

    /** Text that {@link #parse} reads as an equal specification, but that its secrets are masked. */
    @JsonValue
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(id).append('=');
        if (kind != Kind.LIVE) {
            text.append(kind.name().toLowerCase(Locale.ROOT)).append(':');
        }
        text.append(source);
        char separator = kind.isLive() ? '#' : '?';
        for (Map.Entry<String, String> option : new TreeMap<>(options).entrySet()) {
            text.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = '&';
        }
        return text.toString();
    }
}
