package io.apprentice.learning.online;

import java.util.Map;

/**
 * Something noticed about a camera.
 *
 * @param kind what sort of thing
 * @param stride frames from one label to the next, from now on
 * @param figures that decided, by name
 * @param reason the same in words
 */
public record Finding(Kind kind, String camera, int stride, Map<String, Double> figures, String reason) {

    /** Sorts of findings. */
    public enum Kind {
        /** The teacher should label another share of the camera's frames. */
        STRIDE,
        /** The scene changed. */
        DRIFT
    }
}
