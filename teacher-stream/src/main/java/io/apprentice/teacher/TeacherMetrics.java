package io.apprentice.teacher;

import io.apprentice.pose.estimate.LostWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.DoubleSupplier;

/** Metrics: frames labelled, skipped and failed, poses refined, and the time for refinement and for looks of the network. */
final class TeacherMetrics {

    private final LostWatch lost = new LostWatch();
    private final Counter labelled;
    private final Counter skipped;
    private final Counter failed;
    private final Counter refined;
    private final Timer refineTime;
    private final Timer deviceTime;
    private final DistributionSummary batch;
    private volatile DoubleSupplier lag = () -> 0;

    TeacherMetrics(MeterRegistry registry) {
        Gauge.builder("apprentice.teacher.lost", lost, watch -> watch.lost().size())
                .description("Objects that the teacher has not found for 10 s or more, summed over the cameras")
                .register(registry);
        labelled = Counter.builder("apprentice.teacher.labelled")
                .description("Frames labelled")
                .register(registry);
        skipped = Counter.builder("apprentice.teacher.skipped")
                .description("Frames that were to be labelled and were passed over, to keep up with the camera")
                .register(registry);
        failed = Counter.builder("apprentice.teacher.failed")
                .description("Records that could not be read or at which the network failed")
                .register(registry);
        refined = Counter.builder("apprentice.teacher.refined")
                .description("Poses that the frame confirmed")
                .register(registry);
        refineTime = Timer.builder("apprentice.teacher.refine")
                .description("One object compared with one frame, confirmed or not")
                .register(registry);
        deviceTime = Timer.builder("apprentice.teacher.device")
                .description("One look of the network at a batch; its count is the number of batches")
                .register(registry);
        batch = DistributionSummary.builder("apprentice.teacher.batch")
                .description("Crops in one look of the network")
                .register(registry);
        Gauge.builder("apprentice.teacher.lag", this, metrics -> metrics.lag.getAsDouble())
                .description("Frames that the teacher has not received yet")
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

    Counter labelled() {
        return labelled;
    }

    Counter skipped() {
        return skipped;
    }

    Counter failed() {
        return failed;
    }

    Counter refined() {
        return refined;
    }

    Timer refineTime() {
        return refineTime;
    }

    DistributionSummary batch() {
        return batch;
    }

    Timer deviceTime() {
        return deviceTime;
    }
}
