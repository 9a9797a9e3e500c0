package io.apprentice.inference;

import io.apprentice.streaming.service.Mode;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How frames become poses, under the key {@code inference}.
 *
 * @param mode {@code live}: frames that waited longer than {@code maxAge} are answered SKIPPED, so that the answers
 *     stay close to the camera; {@code replay}: every frame is processed, however late
 * @param maxAge how long ago a frame may have arrived, by its record's timestamp, when its turn comes in live mode
 * @param student id of the student to follow; empty: whichever was published last
 * @param forgetAfter frames in a row without an object after which it is searched in the whole frame again
 * @param threads stream threads; partitions are shared out among them
 * @param commitInterval how often poses become visible to {@code read_committed} readers: latency against overhead
 * @param host interface where other instances see that this one lives, on any free port
 * @param stateDirectory where Kafka Streams would keep stores on disk; a folder of its own per process
 */
public record InferenceSettings(
        Mode mode,
        Duration maxAge,
        String student,
        int forgetAfter,
        int threads,
        Duration commitInterval,
        String host,
        Path stateDirectory) {

    /** For a live camera on a small machine. */
    public static final InferenceSettings DEFAULTS = new InferenceSettings(
            Mode.LIVE,
            Duration.ofMillis(500),
            "",
            3,
            1,
            Duration.ofMillis(50),
            "127.0.0.1",
            Path.of(System.getProperty("java.io.tmpdir"), "apprentice", "inference"));

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public InferenceSettings {
        require(maxAge.toMillis() >= 1, "max-age", maxAge, "at least 1 ms");
        require(forgetAfter >= 1, "forget-after", forgetAfter, "at least 1");
        require(threads >= 1 && threads <= 256, "threads", threads, "1 to 256");
        require(commitInterval.toMillis() >= 1, "commit-interval", commitInterval, "at least 1 ms");
        require(!host.isBlank(), "host", "'" + host + "'", "an interface of this machine");
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("inference.%s must be %s, got %s".formatted(key, expected, value));
        }
    }
}
