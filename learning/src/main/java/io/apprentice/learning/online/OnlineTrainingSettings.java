package io.apprentice.learning.online;

import io.apprentice.learning.guard.GuardSettings;
import io.apprentice.learning.sample.AugmentationSettings;
import io.apprentice.learning.sample.GateSettings;
import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.Checks;
import io.apprentice.learning.step.OptimizerSettings;
import io.apprentice.learning.step.TrainingSettings;
import java.util.List;

/**
 * How {@link OnlineTraining} learns.
 *
 * @param seed of every random choice
 * @param batchSize crops of one gradient step, at least 2
 * @param stepsPerLabel gradient steps per label, above 0; a fraction is a step every few labels
 * @param replayCapacity labels held for repetition, at least 1; about 40 kB each for crops of 128 pixels
 */
public record OnlineTrainingSettings(
        long seed,
        int batchSize,
        double stepsPerLabel,
        int replayCapacity,
        OptimizerSettings optimizer,
        AlignmentSettings alignment,
        GateSettings gate,
        AugmentationSettings augmentation,
        GuardSettings guard) {

    /** For a student that learns from a live camera on a CPU. */
    public static final OnlineTrainingSettings DEFAULTS = new OnlineTrainingSettings(
            1,
            12,
            1,
            512,
            OptimizerSettings.DEFAULT,
            AlignmentSettings.DEFAULT,
            GateSettings.DEFAULT,
            AugmentationSettings.DEFAULT,
            GuardSettings.DEFAULT);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public OnlineTrainingSettings {
        Checks.require(batchSize >= 2 && batchSize <= 1024, "batch-size", batchSize, "2 to 1024");
        Checks.require(stepsPerLabel > 0 && stepsPerLabel <= 100, "steps-per-label", stepsPerLabel, "above 0, to 100");
        Checks.require(
                replayCapacity >= 1 && replayCapacity <= 100_000, "replay-capacity", replayCapacity, "1 to 100000");
    }

    /** The same with another seed. */
    public OnlineTrainingSettings withSeed(long other) {
        return new OnlineTrainingSettings(
                other, batchSize, stepsPerLabel, replayCapacity, optimizer, alignment, gate, augmentation, guard);
    }

    /** The same with another number of steps per label. */
    public OnlineTrainingSettings withStepsPerLabel(double other) {
        return new OnlineTrainingSettings(
                seed, batchSize, other, replayCapacity, optimizer, alignment, gate, augmentation, guard);
    }

    /** The same with another optimizer. */
    public OnlineTrainingSettings withOptimizer(OptimizerSettings other) {
        return new OnlineTrainingSettings(
                seed, batchSize, stepsPerLabel, replayCapacity, other, alignment, gate, augmentation, guard);
    }

    /** The same with another alignment. */
    public OnlineTrainingSettings withAlignment(AlignmentSettings other) {
        return new OnlineTrainingSettings(
                seed, batchSize, stepsPerLabel, replayCapacity, optimizer, other, gate, augmentation, guard);
    }

    /** The same with another guard. */
    public OnlineTrainingSettings withGuard(GuardSettings other) {
        return new OnlineTrainingSettings(
                seed, batchSize, stepsPerLabel, replayCapacity, optimizer, alignment, gate, augmentation, other);
    }

    /** What one step needs; the weights of segmentation and regression are the official ones. */
    TrainingSettings step() {
        return new TrainingSettings(
                0.1, 1, List.of(alignment), 0, 0, optimizer.weightDecay(), optimizer.clip(), optimizer.ema());
    }
}
