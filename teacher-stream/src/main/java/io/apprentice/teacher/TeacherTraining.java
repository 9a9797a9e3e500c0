package io.apprentice.teacher;

import io.apprentice.learning.guard.GuardSettings;
import io.apprentice.learning.guard.Review;
import io.apprentice.learning.online.OnlineTraining;
import io.apprentice.learning.step.StepLosses;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.object.ObjectModel;
import java.util.List;
import java.util.Optional;

/**
 * The teacher's network learns from labels whose poses the frames confirmed, beside rendered crops. What comes into use is decided by the
 * guard, on confirmed labels that are not learnt from. A fold: the same labels give the same versions. Not thread-safe.
 */
public final class TeacherTraining implements AutoCloseable {

    private static final int MAX_NON_FINITE_STEPS = 10;
    /** Nothing comes into use before so many labels were held out: without them the guard knows nothing. */
    private static final int LEAST_HELD_OUT = 3;

    private final AdaptSettings settings;
    private final OnlineTraining training;
    private long reviewedSteps;
    private int nonFiniteInARow;

    /**
     * Compiles the training graph.
     *
     * @param start the teacher
     * @param objects models of all objects that it knows
     * @throws IllegalArgumentException if one of them is missing
     */
    public TeacherTraining(
            NetworkWeights start, List<ObjectModel> objects, AdaptSettings settings, long seed, Precision precision) {
        this.settings = settings;
        training = new OnlineTraining(start, objects, settings.training(seed), settings.renderedShare(), precision);
    }

    /**
     * Learns from one label.
     *
     * @return what the guard decided, if it had to; after a promotion and a rollback other {@link #weights()} are in use
     * @throws IllegalStateException after too many steps in a row without a finite loss
     */
    public Optional<Review> add(Label label) {
        for (StepLosses step : training.add(label).steps()) {
            nonFiniteInARow = step.applied() ? 0 : nonFiniteInARow + 1;
            if (nonFiniteInARow >= MAX_NON_FINITE_STEPS) {
                throw new IllegalStateException(
                        "%d steps in a row had no finite loss or gradient".formatted(nonFiniteInARow));
            }
        }
        Optional<Review> review = training.rollback();
        boolean known = training.labels() >= (long) LEAST_HELD_OUT * GuardSettings.DEFAULT.holdOutEvery();
        if (review.isEmpty() && known && training.steps() - reviewedSteps >= settings.offerEvery()) {
            review = Optional.of(training.review());
        }
        if (review.isPresent()) {
            reviewedSteps = training.steps();
        }
        return review;
    }

    /** Gradient steps so far. */
    public long steps() {
        return training.steps();
    }

    /** The version in use. */
    public NetworkWeights weights() {
        return training.inUse();
    }

    @Override
    public void close() {
        training.close();
    }
}
