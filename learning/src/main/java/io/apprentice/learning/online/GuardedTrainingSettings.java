package io.apprentice.learning.online;

import io.apprentice.learning.guard.GuardSettings;
import io.apprentice.learning.step.AlignmentMode;
import io.apprentice.learning.step.AlignmentSetting;
import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.OptimizerSettings;
import io.apprentice.scene.CropSettings;
import java.util.Optional;

/**
 * How {@link GuardedTraining} learns and how often it lets the guard decide.
 *
 * @param rehearsal rendered crops in each batch
 * @param reviewEvery gradient steps from one candidate to the next
 * @param leastLabels labels before the first candidate
 * @param maxNonFiniteSteps steps in a row without a finite loss or gradient after which the training gives up
 */
public record GuardedTrainingSettings(
        OnlineTrainingSettings training, Rehearsal rehearsal, int reviewEvery, int leastLabels, int maxNonFiniteSteps) {

    /** Labels to hold out before a teacher's first candidate: without them the guard knows nothing. */
    private static final int LEAST_HELD_OUT = 3;

    /**
     * Settings for a teacher that learns from confirmed poses. It has no other teacher, so there is nothing to align
     * with.
     *
     * @param rehearsal share of each batch that is rendered, so that the teacher does not forget what the camera does
     *     not show now
     */
    public static GuardedTrainingSettings ofTeacher(double rehearsal) {
        OptimizerSettings usual = OptimizerSettings.DEFAULT;
        return new GuardedTrainingSettings(
                OnlineTrainingSettings.DEFAULTS
                        .withOptimizer(new OptimizerSettings(3e-4, usual.weightDecay(), usual.clip(), usual.ema()))
                        .withAlignment(new AlignmentSettings(AlignmentMode.NONE, 0, AlignmentSetting.SCALE_AWARE, 1)),
                new Rehearsal(
                        rehearsal,
                        new CropSettings(
                                CropSettings.Views.SPHERE, CropSettings.DEFAULT.wideShare(), Optional.empty())),
                50,
                LEAST_HELD_OUT * GuardSettings.DEFAULT.holdOutEvery(),
                10);
    }

    /** The same with another training. */
    public GuardedTrainingSettings with(OnlineTrainingSettings other) {
        return new GuardedTrainingSettings(other, rehearsal, reviewEvery, leastLabels, maxNonFiniteSteps);
    }
}
