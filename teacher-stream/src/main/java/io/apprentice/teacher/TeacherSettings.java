package io.apprentice.teacher;

import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import io.apprentice.streaming.service.Mode;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How frames become labels, under the key {@code teacher}.
 *
 * @param id name of the teacher in its labels
 * @param instance name of this process among the teachers that share the work; unique, and the same after a restart
 * @param weights safetensors file of the network; empty: the one that comes with the objects
 * @param source who teaches: a network, another program, a file of BOP results or a class
 * @param device where the network runs; applies to all networks of the process
 * @param mode {@code live}: frames older than {@code maxAge} are skipped, so that labels stay close to the camera;
 *     {@code replay}: every n-th frame is labelled, however late
 * @param maxAge how long ago a frame may have arrived, by its record's timestamp, when its turn comes in live mode
 * @param stride every n-th frame of a camera is labelled: those with a sequence number divisible by n; a directive for the
 *     camera takes precedence
 * @param batchSize most frames that the network looks at in one go
 * @param batchWait how long a batch waits for more frames; also the longest time between two commits of input offsets while
 *     frames arrive
 * @param refine whether to correct poses by comparing the frame with the object's known appearance, and to find them that
 *     way where the network fails; takes some tens of milliseconds per object and labelled frame
 * @param workers threads that decode, crop, solve and refine; 1: in turn with the network; more: while the network runs; 0:
 *     1 on the CPU, where the network itself uses all cores, and the number of cores on a GPU
 * @param adapt whether and how the network learns from the poses that refinement confirms
 */
public record TeacherSettings(
        String id,
        String instance,
        Path weights,
        TeacherSource source,
        DeviceChoice device,
        Mode mode,
        Duration maxAge,
        int stride,
        int batchSize,
        Duration batchWait,
        boolean refine,
        int workers,
        AdaptSettings adapt) {

    /** For a live camera and a teacher without a GPU. */
    public static final TeacherSettings DEFAULTS = new TeacherSettings(
            "teacher",
            "0",
            Path.of(""),
            TeacherSource.NETWORK,
            DeviceChoice.AUTO,
            Mode.LIVE,
            Duration.ofSeconds(2),
            3,
            4,
            Duration.ofMillis(200),
            true,
            0,
            AdaptSettings.DEFAULTS);

    /** @throws IllegalArgumentException that names the key, the value and what was expected */
    public TeacherSettings {
        require(!id.isBlank(), "id", id, "a name");
        require(!instance.isBlank(), "instance", instance, "a name");
        require(maxAge.toMillis() >= 1, "max-age", maxAge, "at least 1 ms");
        require(stride >= 1 && stride <= 10_000, "stride", stride, "1 to 10000");
        require(batchSize >= 1 && batchSize <= 1024, "batch-size", batchSize, "1 to 1024");
        require(batchWait.toMillis() >= 1, "batch-wait", batchWait, "at least 1 ms");
        require(workers >= 0 && workers <= 256, "workers", workers, "0 to 256");
        require(
                source.kind() == TeacherSource.Kind.NETWORK || !adapt.enabled(),
                "adapt.enabled",
                adapt.enabled(),
                "false where teacher.source is not a network");
        require(refine || !adapt.enabled(), "adapt.enabled", adapt.enabled(), "false where teacher.refine is");
    }

    /** The same with or without refinement. */
    TeacherSettings withRefine(boolean other) {
        return new TeacherSettings(
                id, instance, weights, source, device, mode, maxAge, stride, batchSize, batchWait, other, workers,
                adapt);
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("teacher.%s must be %s, got %s".formatted(key, expected, value));
        }
    }

    /** The number of workers, given the device and the number of cores. */
    int workers(boolean gpu, int cores) {
        int usual = gpu ? Math.max(2, cores) : 1;
        return workers == 0 ? usual : workers;
    }

    /** Records to gather so that about {@link #batchSize} of them get a label. Bounded, since each holds an image. */
    int recordsPerBatch() {
        return Math.min(256, batchSize * stride);
    }
}
