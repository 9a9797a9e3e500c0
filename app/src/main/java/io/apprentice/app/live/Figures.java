package io.apprentice.app.live;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a run at one moment, for the live view and the summary.
 *
 * @param frames frames in the topic
 * @param labelled frames that the teacher has answered
 * @param teacher who wrote the newest label, such as {@code teacher v0}; empty before the first
 * @param seconds from the first to the last captured frame
 * @param frameRate frames per second over those seconds, all cameras together
 * @param training how the training stands; empty before its first step
 * @param decisions what was decided about versions
 * @param versionsPublished versions that training has published, without the starting student
 * @param versionInUse version of the newest pose, -1 before the first
 * @param versionsUsed versions that made at least one pose
 * @param poses answers in the topic, whatever their status
 * @param poseRate answers per second that were not SKIPPED, from the first to the last
 * @param course shares of answers within 0.1 diameter
 * @param latency from capture to a read_committed reader, over the run
 * @param recentLatency the same over the last seconds
 */
record Figures(
        List<CameraFigures> cameras,
        long frames,
        long labelled,
        Optional<String> teacher,
        double seconds,
        double frameRate,
        Optional<TrainingFigures> training,
        DecisionFigures decisions,
        int versionsPublished,
        long versionInUse,
        int versionsUsed,
        long poses,
        long lost,
        long skipped,
        double poseRate,
        long deadLetters,
        Course course,
        Latency latency,
        Latency recentLatency) {

    /** One camera; rates are over the last seconds. */
    record CameraFigures(
            String id, long frames, double framesPerSecond, long labelled, long poses, double posesPerSecond) {}

    /** The training; losses are averages since the last report, by name. */
    record TrainingFigures(
            long steps, long labels, long skipped, int replaySize, long version, Map<String, Double> losses) {}

    /**
     * Decisions of the training.
     *
     * @param withheld candidates that did not come into use
     * @param rollbacks versions that were taken back
     */
    record DecisionFigures(long withheld, long rollbacks, Optional<Decision> last) {}

    /** One decision; {@code version} is in use from then on. */
    record Decision(String kind, long version, String reason) {}

    /**
     * Shares of true objects (at least a tenth visible) answered within 0.1 diameter; empty without ground truth.
     *
     * @param first over the first 30 s of capture
     * @param last over the last 30 s of capture
     * @param teacher over all labelled frames
     * @param students one share per part of the run so far
     * @param teachers the same of the teacher
     */
    record Course(
            Optional<Double> first,
            Optional<Double> last,
            Optional<Double> teacher,
            Optional<Double> teacherLast,
            List<Optional<Double>> students,
            List<Optional<Double>> teachers) {}

    /** Quantiles in milliseconds; NaN before the first pose. */
    record Latency(double p50, double p99) {
        static Latency of(Histogram histogram) {
            return new Latency(histogram.quantileMillis(0.5), histogram.quantileMillis(0.99));
        }
    }
}
