package io.apprentice.teacher;

import io.apprentice.learning.online.GuardedTrainingSettings;
import io.apprentice.learning.online.OnlineTrainingSettings;
import io.apprentice.learning.online.Rehearsal;
import io.apprentice.learning.step.OptimizerSettings;
import io.apprentice.scene.CropSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the teacher's network learns from the poses that frames confirm, under the key {@code teacher.adapt}.
 *
 * @param enabled whether it learns at all; learning costs about as much as training a student of the same size
 * @param rehearsal share of rendered crops in each batch, 0 to 0.9; they keep it from forgetting what the camera does not
 *     show at the moment
 * @param views directions from which these crops show the objects; as when the teacher was fitted
 * @param batchSize crops per step
 * @param stepsPerLabel gradient steps per label
 * @param replayCapacity labels kept for repetition
 * @param learningRate step size
 * @param offerEvery gradient steps between two candidate versions
 * @param queue labels that may wait for training, each with its frame; further ones are skipped
 * @param save file that always holds the version in use, for {@code teacher.weights} at the next start; empty: none
 */
public record AdaptSettings(
        boolean enabled,
        double rehearsal,
        CropSettings.Views views,
        int batchSize,
        double stepsPerLabel,
        int replayCapacity,
        double learningRate,
        int offerEvery,
        int queue,
        Path save) {

    private static final GuardedTrainingSettings USUAL = GuardedTrainingSettings.ofTeacher(0.5);

    /** Off. Once switched on, half of each batch is rendered. */
    public static final AdaptSettings DEFAULTS = new AdaptSettings(
            false,
            USUAL.rehearsal().share(),
            USUAL.rehearsal().crops().views(),
            USUAL.training().batchSize(),
            USUAL.training().stepsPerLabel(),
            USUAL.training().replayCapacity(),
            USUAL.training().optimizer().learningRate(),
            USUAL.reviewEvery(),
            4,
            Path.of(""));

    /** @throws IllegalArgumentException that names the key, the value and what was expected */
    public AdaptSettings {
        require(rehearsal >= 0 && rehearsal <= 0.9, "rehearsal", rehearsal, "0 to 0.9");
        require(offerEvery >= 1, "offer-every", offerEvery, "at least 1");
        require(queue >= 1 && queue <= 64, "queue", queue, "1 to 64");
        try {
            training(batchSize, stepsPerLabel, replayCapacity, learningRate);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("teacher.adapt." + e.getMessage(), e);
        }
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("teacher.adapt.%s must be %s, got %s".formatted(key, expected, value));
        }
    }

    private static OnlineTrainingSettings training(
            int batchSize, double stepsPerLabel, int replayCapacity, double learningRate) {
        OnlineTrainingSettings usual = USUAL.training();
        OptimizerSettings optimizer = usual.optimizer();
        return new OnlineTrainingSettings(
                usual.seed(),
                batchSize,
                stepsPerLabel,
                replayCapacity,
                new OptimizerSettings(learningRate, optimizer.weightDecay(), optimizer.clip(), optimizer.ema()),
                usual.alignment(),
                usual.gate(),
                usual.augmentation(),
                usual.guard());
    }

    /** The settings of the training. */
    GuardedTrainingSettings guarded() {
        return new GuardedTrainingSettings(
                training(batchSize, stepsPerLabel, replayCapacity, learningRate),
                new Rehearsal(rehearsal, new CropSettings(views, CropSettings.DEFAULT.wideShare(), Optional.empty())),
                offerEvery,
                USUAL.leastLabels(),
                USUAL.maxNonFiniteSteps());
    }
}
