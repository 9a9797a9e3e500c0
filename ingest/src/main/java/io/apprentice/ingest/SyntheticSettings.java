package io.apprentice.ingest;

import java.time.Duration;
import java.util.Map;

/**
 * What synthetic cameras show, under the key {@code ingest.synthetic}; a camera's own options override these.
 *
 * @param framesPerSecond frame rate of the camera; also decides how far things move between frames
 * @param seed seed of the scene; the same seed gives the same frames
 * @param shift time from the first frame until light and background change for good; zero for never
 * @param frames number of frames after which the camera ends; 0 for never
 * @param width image width, pixels
 * @param height image height, pixels
 */
public record SyntheticSettings(double framesPerSecond, long seed, Duration shift, long frames, int width, int height) {

    /** Settings that a small machine can render while it trains. */
    public static final SyntheticSettings DEFAULTS = new SyntheticSettings(10, 1, Duration.ZERO, 0, 640, 480);

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public SyntheticSettings {
        require(
                framesPerSecond > 0 && framesPerSecond <= 1000,
                "frames-per-second",
                framesPerSecond,
                "above 0, at most 1000");
        require(!shift.isNegative(), "shift", shift, "at least 0");
        require(frames >= 0, "frames", frames, "at least 0");
        require(width >= 64 && width <= 4096, "width", width, "64 to 4096");
        require(height >= 64 && height <= 4096, "height", height, "64 to 4096");
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        Require.that(holds, "synthetic." + key, value, expected);
    }

    /**
     * These settings, overridden by a camera's own options.
     *
     * @throws IllegalArgumentException naming an option that is unknown or has a bad value
     */
    SyntheticSettings with(Map<String, String> options) {
        double fps = framesPerSecond;
        long newSeed = seed;
        Duration newShift = shift;
        long newFrames = frames;
        int newWidth = width;
        int newHeight = height;
        for (Map.Entry<String, String> option : options.entrySet()) {
            String value = option.getValue();
            try {
                switch (option.getKey()) {
                    case "fps" -> fps = Double.parseDouble(value);
                    case "seed" -> newSeed = Long.parseLong(value);
                    case "shift" -> newShift = duration(value);
                    case "frames" -> newFrames = Long.parseLong(value);
                    case "width" -> newWidth = Integer.parseInt(value);
                    case "height" -> newHeight = Integer.parseInt(value);
                    default ->
                        throw new IllegalArgumentException(
                                "synthetic camera: unknown option '%s'; expected fps, seed,".formatted(option.getKey())
                                        + " shift, frames, width or height");
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "synthetic camera: option %s: expected a number%s, got '%s'"
                                .formatted(
                                        option.getKey(),
                                        option.getKey().equals("shift") ? " with ms, s, m or h" : "",
                                        value),
                        e);
            }
        }
        return new SyntheticSettings(fps, newSeed, newShift, newFrames, newWidth, newHeight);
    }

    /** {@code 90s}, {@code 2m}, {@code 500ms}, {@code 1h}; a bare number is seconds. */
    static Duration duration(String text) {
        String number = text.replaceFirst("[a-z]+$", "");
        long value = Long.parseLong(number);
        return switch (text.substring(number.length())) {
            case "ms" -> Duration.ofMillis(value);
            case "", "s" -> Duration.ofSeconds(value);
            case "m" -> Duration.ofMinutes(value);
            case "h" -> Duration.ofHours(value);
            default -> throw new NumberFormatException(text);
        };
    }
}
