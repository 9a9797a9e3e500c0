package io.apprentice.inference;

import io.apprentice.pose.estimate.LostWatch;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.DoubleSupplier;

/** The metrics: poses by status, time per stage, latency, version in use, refused students, failed frames. */
final class InferenceMetrics {

    private final LostWatch lost = new LostWatch();
    private final MeterRegistry registry;
    private final Timer latency;
    private final Counter refused;
    private volatile DoubleSupplier lag = () -> 0;

    InferenceMetrics(MeterRegistry registry, StudentSlot students) {
        this.registry = registry;
        latency = Timer.builder("apprentice.inference.latency")
                .description("From the arrival of a frame to its estimate, of frames that were processed")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        refused = Counter.builder("apprentice.inference.students.refused")
                .description("Student versions, or parts of them, that could not be used")
                .register(registry);
        Gauge.builder("apprentice.inference.lost", lost, watch -> watch.lost().size())
                .description("Objects that a camera has not found for 10 s or more, summed over the cameras")
                .register(registry);
        registry.gauge("apprentice.inference.student.version", students, StudentSlot::version);
        Gauge.builder("apprentice.inference.lag", this, metrics -> metrics.lag.getAsDouble())
                .description("Frames that the inference has not received yet")
                .register(registry);
    }

    /** Says from now on how many frames are not yet received. */
    void lag(DoubleSupplier frames) {
        lag = frames;
    }

    /** Notices what is not found. */
    LostWatch lost() {
        return lost;
    }

    Counter refused() {
        return refused;
    }

    /** Counts one answer to a frame that came at {@code arrival}. */
    void count(PoseEstimate pose, Instant arrival) {
        registry.counter(
                        "apprentice.inference.poses", "status", pose.getStatus().name(), "object", pose.getObjectId())
                .increment();
        pose.getStageMicros().forEach((stage, micros) -> stage(stage, Duration.of(micros, ChronoUnit.MICROS)));
        if (pose.getStatus() != PoseStatus.SKIPPED) {
            Duration taken = taken(arrival, pose.getEstimatedAt());
            latency.record(taken);
            long working = pose.getStageMicros().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            stage("wait", taken.minus(working, ChronoUnit.MICROS));
        }
    }

    /** None where the sender's clock is ahead of ours. */
    private static Duration taken(Instant arrival, Instant estimated) {
        return estimated.isBefore(arrival) ? Duration.ZERO : Duration.between(arrival, estimated);
    }

    /** Counts one comparison of student and teacher. */
    void compared(String object, boolean agreed) {
        registry.counter("apprentice.inference.compared", "object", object, "agreed", Boolean.toString(agreed))
                .increment();
    }

    private void stage(String stage, Duration taken) {
        Timer.builder("apprentice.inference.stage")
                .description("Time per stage; 'wait' is from capture to the begin of decoding")
                .tag("stage", stage)
                .publishPercentiles(0.5, 0.99)
                .register(registry)
                .record(taken);
    }

    /** Counts a frame that could not be read or on which the network failed. */
    void failed(Throwable error) {
        registry.counter(
                        "apprentice.inference.failed", "error", error.getClass().getSimpleName())
                .increment();
    }
}
