package io.apprentice.ingest;

import io.apprentice.ingest.live.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A live camera's own settings, after the hash of its specification.
 *
 * @param transport how RTSP carries frames: {@code tcp}, {@code udp}, {@code udp_multicast}, {@code http} or {@code https}
 * @param openTimeout how long the first frame may take, before the connection is given up and tried anew
 * @param silenceTimeout how long no frame may come, before the same
 * @param credentials file whose first line is {@code user:password}; of a {@code push:} camera, the token of its sender
 * @param size size to scale frames to; if empty, frames stay as they are
 * @param framesPerSecond frames to keep per second; 0 for all
 * @param captureSize size that is asked of a device
 * @param captureFps frames per second that are asked of a device; 0 for its own
 * @param pixelFormat pixel format that is asked of a device, {@code mjpeg} or {@code yuyv422} for example
 */
record LiveOptions(
        String transport,
        Duration openTimeout,
        Duration silenceTimeout,
        Optional<Path> credentials,
        Optional<Size> size,
        double framesPerSecond,
        Optional<Size> captureSize,
        double captureFps,
        Optional<String> pixelFormat) {

    /** A size in pixels. */
    record Size(int width, int height) {

        private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");
        private static final int LEAST = 16;
        private static final int MOST = 16_384;

        static Size parse(String text) {
            Matcher size = TEXT.matcher(text);
            if (!size.matches()) {
                throw new IllegalArgumentException("WIDTHxHEIGHT");
            }
            return new Size(side(size.group(1)), side(size.group(2)));
        }

        private static int side(String text) {
            int side = Integer.parseInt(text);
            if (side < LEAST || side > MOST) {
                throw new IllegalArgumentException("sides of %d to %d pixels".formatted(LEAST, MOST));
            }
            return side;
        }
    }

    private static final Set<String> TRANSPORTS = Set.of("tcp", "udp", "udp_multicast", "http", "https");
    private static final Duration OPEN = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(3);

    /**
     * The settings of a live camera.
     *
     * @throws IllegalArgumentException naming the camera, an option that is unknown or has a bad value, and what was
     *     expected
     */
    static LiveOptions of(CameraSpec spec) {
        Set<String> known = new TreeSet<>(
                switch (spec.kind()) {
                    case V4L2 ->
                        Set.of(
                                "open-timeout",
                                "silence-timeout",
                                "size",
                                "fps",
                                "capture-size",
                                "capture-fps",
                                "pixel-format");
                    case PUSH -> Set.of("silence-timeout", "credentials", "fps");
                    default -> Set.of("open-timeout", "silence-timeout", "credentials", "size", "fps");
                });
        if (spec.source().reveal().startsWith("rtsp")) {
            known.add("transport");
        }
        Map<String, String> options = spec.options();
        for (String option : options.keySet()) {
            if (!known.contains(option)) {
                throw new IllegalArgumentException("camera %s: unknown option '%s'; expected one of %s"
                        .formatted(spec.id(), Address.masked(option), String.join(", ", known)));
            }
        }
        Reader reader = new Reader(spec.id(), options);
        return new LiveOptions(
                reader.read("transport", LiveOptions::transport).orElse("tcp"),
                reader.read("open-timeout", LiveOptions::timeout).orElse(OPEN),
                reader.read("silence-timeout", LiveOptions::timeout).orElse(SILENCE),
                reader.read("credentials", Path::of),
                reader.read("size", Size::parse),
                reader.read("fps", LiveOptions::rate).orElse(0.0),
                reader.read("capture-size", Size::parse),
                reader.read("capture-fps", LiveOptions::rate).orElse(0.0),
                reader.read("pixel-format", LiveOptions::pixelFormat));
    }

    private record Reader(String id, Map<String, String> options) {

        private interface Parser<T> {
            /** @throws IllegalArgumentException whose message is what was expected */
            T parse(String text);
        }

        <T> Optional<T> read(String option, Parser<T> parser) {
            String text = options.get(option);
            if (text == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(parser.parse(text));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "camera %s: option %s: expected %s, got '%s'".formatted(id, option, e.getMessage(), text), e);
            }
        }
    }

    private static String transport(String text) {
        if (!TRANSPORTS.contains(text)) {
            throw new IllegalArgumentException("one of " + String.join(", ", new TreeSet<>(TRANSPORTS)));
        }
        return text;
    }

    private static Duration timeout(String text) {
        String expected = "a time of 100ms to 24h";
        try {
            Duration time = SyntheticSettings.duration(text);
            if (time.toMillis() >= 100 && time.toHours() <= 24) {
                return time;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected, e);
        }
        throw new IllegalArgumentException(expected);
    }

    private static double rate(String text) {
        String expected = "frames per second above 0 and at most 1000";
        try {
            double rate = Double.parseDouble(text);
            if (rate > 0 && rate <= 1000) {
                return rate;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected, e);
        }
        throw new IllegalArgumentException(expected);
    }

    private static String pixelFormat(String text) {
        if (!text.matches("[a-z0-9_]{1,32}")) {
            throw new IllegalArgumentException("a name of FFmpeg's, mjpeg or yuyv422 for example");
        }
        return text;
    }
}
