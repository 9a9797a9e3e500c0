package io.apprentice.learning.online;

import io.apprentice.learning.guard.Review;
import io.apprentice.learning.step.StepLosses;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.object.ObjectModel;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Online training with its cadence: it decides when the guard reviews a candidate, and how many steps without a finite
 * loss are too many. Students and adapting teachers learn this way. It is a fold: the same labels give the same
 * versions. Not thread-safe.
 */
public final class GuardedTraining implements AutoCloseable {

    private final GuardedTrainingSettings settings;
    private final OnlineTraining training;
    private long reviewedSteps;
    private long nonFiniteSteps;
    private int nonFiniteInARow;

    /**
     * Compiles the training graph.
     *
     * @param start the network to train, version 0
     * @param objects models of all objects that it knows
     * @throws IllegalArgumentException if one of them is missing
     */
    public GuardedTraining(
            NetworkWeights start, List<ObjectModel> objects, GuardedTrainingSettings settings, Precision precision) {
        this.settings = settings;
        training = new OnlineTraining(start, objects, settings.training(), settings.rehearsal(), precision);
    }

    /**
     * Learns from one label.
     *
     * @param worth for how many labels it counts, see {@link CameraWatch#worth()}
     * @throws TrainingDivergedException after too many steps in a row without a finite loss
     */
    public Lesson add(Label label, double worth) {
        Lesson lesson = training.add(label, worth);
        for (StepLosses step : lesson.steps()) {
            if (step.applied()) {
                nonFiniteInARow = 0;
                continue;
            }
            nonFiniteSteps++;
            if (++nonFiniteInARow >= settings.maxNonFiniteSteps()) {
                throw new TrainingDivergedException(
                        "%d steps in a row had no finite loss or gradient; the last was at label %s"
                                .formatted(nonFiniteInARow, label.reference()));
            }
        }
        return lesson;
    }

    /**
     * Learns from one label of a camera that is watched. After a change of the scene, new labels are favoured.
     *
     * @param watch of the label's camera; it takes note of the label
     * @throws TrainingDivergedException after too many steps in a row without a finite loss
     */
    public WatchedLesson add(Label label, CameraWatch watch) {
        Lesson lesson = add(label, watch.worth());
        List<Finding> findings = lesson.agreement().map(watch::note).orElse(List.of());
        if (findings.stream().anyMatch(finding -> finding.kind() == Finding.Kind.DRIFT)) {
            training.favourNewest(watch.drift().labels(), watch.drift().favour());
        }
        return new WatchedLesson(lesson.steps(), findings);
    }

    /**
     * What came of a label of a watched camera.
     *
     * @param steps the steps done
     * @param findings what was noticed about the camera
     */
    public record WatchedLesson(List<StepLosses> steps, List<Finding> findings) {}

    /**
     * Lets the guard decide. It goes back to the version before if the one in use turned out worse; otherwise it
     * reviews the candidate if one is due. Unless the candidate is withheld, {@link #weights()} are other ones from now
     * on.
     */
    public Optional<Review> decide() {
        Optional<Review> review = training.rollback();
        boolean due = training.labels() >= settings.leastLabels()
                && training.steps() - reviewedSteps >= settings.reviewEvery();
        if (review.isEmpty() && due) {
            review = Optional.of(training.review());
        }
        if (review.isPresent()) {
            reviewedSteps = training.steps();
        }
        return review;
    }

    /** The version in use. */
    public NetworkWeights weights() {
        return training.inUse();
    }

    /** Labels so far, including those from which nothing could be learnt. */
    public long labels() {
        return training.labels();
    }

    /** Gradient steps so far. */
    public long steps() {
        return training.steps();
    }

    /** Steps at the last decision. */
    public long reviewedSteps() {
        return reviewedSteps;
    }

    /** Steps that were skipped because their loss or gradient was not finite. */
    public long nonFiniteSteps() {
        return nonFiniteSteps;
    }

    /** Labels held for repetition. */
    public int replaySize() {
        return training.replaySize();
    }

    /** The training's own state; save {@link #reviewedSteps()} and {@link #nonFiniteSteps()} with it. */
    public byte[] state() {
        return training.state();
    }

    /**
     * Goes on from an earlier state.
     *
     * @param reload gives the labels that the replay held
     * @return how many of them were gone
     * @throws IllegalArgumentException if the bytes are not such a state
     */
    public int restore(byte[] state, long reviewed, long nonFinite, Function<LabelReference, Optional<Label>> reload) {
        reviewedSteps = reviewed;
        nonFiniteSteps = nonFinite;
        return training.restore(state, reload);
    }

    @Override
    public void close() {
        training.close();
    }
}
