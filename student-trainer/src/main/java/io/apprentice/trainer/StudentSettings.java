package io.apprentice.trainer;

import io.apprentice.learning.guard.GuardSettings;
import io.apprentice.learning.online.DriftSettings;
import io.apprentice.learning.online.GuardedTrainingSettings;
import io.apprentice.learning.online.OnlineTrainingSettings;
import io.apprentice.learning.online.Rehearsal;
import io.apprentice.learning.online.StrideSettings;
import io.apprentice.learning.sample.AugmentationSettings;
import io.apprentice.learning.sample.GateSettings;
import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.OptimizerSettings;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.streaming.service.Mode;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a student learns, under the key {@code student}.
 *
 * @param id name of the student; each name has its own trainer, versions and checkpoints
 * @param weights safetensors file of the student that training starts from; empty: the one that comes with its objects
 * @param mode {@code live}: when more than {@code maxLag} labels wait, the oldest are skipped, which is recorded;
 *     {@code replay}: none is skipped
 * @param maxLag labels that may wait in live mode
 * @param publishEvery gradient steps from one published version to the next
 * @param keepVersions newest versions that stay in the topic; the start, version 0, always stays
 * @param progressEvery time between two progress records while labels come
 * @param maxNonFiniteSteps steps in a row without a finite loss or gradient after which the trainer stops
 * @param precision number format inside the network; {@code auto}: the fastest that the machine has
 * @param seed of every random choice
 * @param batchSize crops of one step
 * @param stepsPerLabel gradient steps per label; a fraction is a step every few labels
 * @param replayCapacity labels held for repetition
 */
public record StudentSettings(
        String id,
        Path weights,
        Mode mode,
        long maxLag,
        int publishEvery,
        int keepVersions,
        Duration progressEvery,
        int maxNonFiniteSteps,
        Arithmetic precision,
        long seed,
        int batchSize,
        double stepsPerLabel,
        int replayCapacity,
        OptimizerSettings optimizer,
        AlignmentSettings alignment,
        GateSettings gate,
        AugmentationSettings augmentation,
        GuardSettings guard,
        StrideSettings stride,
        DriftSettings drift) {

    /** Number format inside the network. */
    public enum Arithmetic {
        AUTO,
        FLOAT32,
        BFLOAT16
    }

    /** For a live camera and a small student on a CPU. */
    public static final StudentSettings DEFAULTS = new StudentSettings(
            "student",
            Path.of(""),
            Mode.LIVE,
            100,
            50,
            8,
            Duration.ofSeconds(2),
            10,
            Arithmetic.AUTO,
            OnlineTrainingSettings.DEFAULTS.seed(),
            OnlineTrainingSettings.DEFAULTS.batchSize(),
            OnlineTrainingSettings.DEFAULTS.stepsPerLabel(),
            OnlineTrainingSettings.DEFAULTS.replayCapacity(),
            OnlineTrainingSettings.DEFAULTS.optimizer(),
            OnlineTrainingSettings.DEFAULTS.alignment(),
            OnlineTrainingSettings.DEFAULTS.gate(),
            OnlineTrainingSettings.DEFAULTS.augmentation(),
            OnlineTrainingSettings.DEFAULTS.guard(),
            StrideSettings.DEFAULT,
            DriftSettings.DEFAULT);

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public StudentSettings {
        require(id.matches("[A-Za-z0-9._-]{1,64}"), "id", id, "1 to 64 letters, digits, dots, dashes or underscores");
        require(maxLag >= 1, "max-lag", maxLag, "at least 1");
        require(publishEvery >= 1, "publish-every", publishEvery, "at least 1");
        require(keepVersions >= 1, "keep-versions", keepVersions, "at least 1");
        require(progressEvery.toMillis() >= 1, "progress-every", progressEvery, "at least 1 ms");
        require(maxNonFiniteSteps >= 1, "max-non-finite-steps", maxNonFiniteSteps, "at least 1");
        require(
                guard.enabled() || !stride.adaptive(),
                "stride.adaptive",
                stride.adaptive(),
                "false where student.guard.enabled is");
        try {
            new OnlineTrainingSettings(
                    seed, batchSize, stepsPerLabel, replayCapacity, optimizer, alignment, gate, augmentation, guard);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("student." + e.getMessage(), e);
        }
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("student.%s must be %s, got %s".formatted(key, expected, value));
        }
    }

    /** The part that decides what the weights become. */
    GuardedTrainingSettings guarded() {
        return new GuardedTrainingSettings(training(), Rehearsal.NONE, publishEvery, 0, maxNonFiniteSteps);
    }

    private OnlineTrainingSettings training() {
        return new OnlineTrainingSettings(
                seed, batchSize, stepsPerLabel, replayCapacity, optimizer, alignment, gate, augmentation, guard);
    }

    /** In words, all that decides what the weights become, on this machine. */
    String settingsHere() {
        return "%s %s %s in %s".formatted(guarded(), stride, drift, precisionHere());
    }

    /** The number format on this machine. */
    Precision precisionHere() {
        return switch (precision) {
            case AUTO -> TorchRuntime.fastestPrecision();
            case FLOAT32 -> Precision.FLOAT32;
            case BFLOAT16 -> Precision.BFLOAT16;
        };
    }
}
