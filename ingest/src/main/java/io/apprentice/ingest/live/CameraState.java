package io.apprentice.ingest.live;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * What a camera is up to.
 *
 * @param phase what it does now
 * @param since since when; if it is silent, when its last frame came
 * @param reconnects how many times it came back after it had been lost
 * @param reason why it is not live, or was not before; empty if it always was
 */
public record CameraState(Phase phase, Instant since, long reconnects, String reason) {

    /** What a camera can be up to. */
    public enum Phase {
        /** It is away; it is called again and again. */
        CONNECTING,
        /** Its frames come. */
        LIVE,
        /** It has not hung up, but for a while no frame has come. */
        SILENT,
        /** No more frames will come. */
        ENDED
    }

    /** A camera that is in a phase from now on, for the first time. */
    public static CameraState now(Phase phase, String reason) {
        return new CameraState(phase, Instant.now(), 0, reason);
    }

    /** For a person: {@code silent for 12 s, 3 reconnects: connection refused}. */
    public String text() {
        String text = phase.name().toLowerCase(Locale.ROOT);
        if (phase != Phase.ENDED) {
            text += " for %d s"
                    .formatted(
                            Math.max(0, Duration.between(since, Instant.now()).toSeconds()));
        }
        if (reconnects > 0) {
            text += ", %d reconnect%s".formatted(reconnects, reconnects == 1 ? "" : "s");
        }
        return reason.isEmpty() ? text : text + ": " + reason;
    }
}
