package io.apprentice.trainer;

import io.apprentice.schemas.TrainingEventKind;
import java.util.Map;

/**
 * Something noticed about a camera.
 *
 * @param kind STRIDE or DRIFT
 * @param stride frames from one label to the next, from now on
 * @param figures what decided, by name
 * @param reason the same in words
 */
public record Finding(TrainingEventKind kind, String camera, int stride, Map<String, Double> figures, String reason) {}
