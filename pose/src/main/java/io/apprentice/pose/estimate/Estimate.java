package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.prediction.LocalPredictions;
import io.apprentice.pose.solve.PnpSolution;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer to a {@link Query}.
 *
 * @param objectId the object
 * @param frameToCrop the last crop that was evaluated
 * @param cropSize its side, crop pixels
 * @param predictions of the selected cells, frame pixels; empty if no cell saw the object
 * @param pose the solution; empty if the object was not found
 * @param score highest cell score, 0 to 1
 * @param foreground probability per cell of the finest level that it shows the object, row by row
 * @param foregroundWidth columns of {@code foreground}
 * @param stageMicros time spent, microseconds: "crop", "network", "solve"; a batch's time is divided evenly
 * @param searched what a search of the frame for it showed; empty if there was none
 */
public record Estimate(
        String objectId,
        Affine2 frameToCrop,
        int cropSize,
        LocalPredictions predictions,
        Optional<PnpSolution> pose,
        double score,
        float[] foreground,
        int foregroundWidth,
        Map<String, Long> stageMicros,
        Optional<Searched> searched) {

    /**
     * What a search showed.
     *
     * @param cell highest score of a cell, 0 to 1
     * @param held the same around the surest pose that a second look found again, 0 if there was none; a published one has
     *     {@code expected} or more
     * @param expected what it must reach, 0 to 1
     * @param micros its share of {@code stageMicros}, microseconds
     * @param windows where it looked most like the object, the surest first; a few
     */
    public record Searched(double cell, double held, double expected, long micros, List<Window> windows) {

        /** Copies. */
        public Searched {
            windows = List.copyOf(windows);
        }
    }

    /**
     * A window of the frame.
     *
     * @param frameToCrop what it shows
     * @param cell highest score of a cell there, 0 to 1
     */
    public record Window(Affine2 frameToCrop, double cell) {}
}
