package io.apprentice.lab.experiment;

import io.apprentice.learning.guard.Review;
import io.apprentice.learning.online.GuardedTraining;
import io.apprentice.learning.online.GuardedTrainingSettings;
import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.refine.ConfirmedPoses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A teacher that learns along a film as the teacher service does with {@code teacher.adapt.enabled}, but in step: no
 * label is skipped, and a new version is used from the next frame on. Frames in the second half of every two seconds
 * are labelled, but never learnt from. After the first and the last showing, the network alone, without refinement, is
 * evaluated on every frame.
 */
public final class TeacherTrial {
    /** A part's name is one of these with {@code _seen} or {@code _held}. */
    public static final List<String> PHASES = List.of("first", "last");

    private final Footage footage;
    private final int passes;
    private final int stride;
    private final Precision precision = TorchRuntime.fastestPrecision();
    private final Consumer<String> report;
    private final BooleanSupplier stop;

    /**
     * A trial on a film.
     *
     * @param passes how often the film is shown
     * @param stride one frame in this many is labelled
     * @param report receives the guard's decisions
     * @param stop whether the user wants to stop
     */
    public TeacherTrial(Footage footage, int passes, int stride, Consumer<String> report, BooleanSupplier stop) {
        this.footage = footage;
        this.passes = passes;
        this.stride = stride;
        this.report = report;
        this.stop = stop;
    }

    /**
     * The result of a trial.
     *
     * @param values a row of {@link FinishedRuns}: the shares that the network alone has right, steps, versions and minutes
     * @param last the version in use at the end
     */
    public record Outcome(Map<String, Double> values, NetworkWeights last) {}

    /** Scores the network as it is, in both phases. */
    public Outcome asItIs(NetworkWeights teacher) throws IOException {
        Map<String, Double> values = values(0, 0, 0);
        List<Scores> scores = scores(teacher);
        PHASES.forEach(phase -> put(values, phase, scores));
        return new Outcome(values, teacher);
    }

    /**
     * Shows the film.
     *
     * @throws CancellationException if the user wants to stop
     */
    public Outcome learn(NetworkWeights teacher, GuardedTrainingSettings settings) throws IOException {
        long began = System.nanoTime();
        List<ObjectModel> objects = List.of(footage.object());
        try (GuardedTraining training = new GuardedTraining(teacher, objects, settings, precision)) {
            int versions = show(1, training);
            List<Scores> first = scores(training.weights());
            for (int pass = 2; pass <= passes; pass++) {
                versions += show(pass, training);
            }
            Map<String, Double> values = values(training.steps(), versions, (System.nanoTime() - began) / 60e9);
            put(values, PHASES.get(0), first);
            put(values, PHASES.get(1), passes == 1 ? first : scores(training.weights()));
            return new Outcome(values, training.weights());
        }
    }

    private static Map<String, Double> values(long steps, int versions, double minutes) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("steps", (double) steps);
        values.put("versions", (double) versions);
        values.put("minutes", minutes);
        return values;
    }

    private static void put(Map<String, Double> values, String phase, List<Scores> scores) {
        FinishedRuns.put(values, phase + "_seen", scores.get(0));
        FinishedRuns.put(values, phase + "_held", scores.get(1));
    }

    /** Shows the film once; returns the number of versions that came into use. */
    private int show(int pass, GuardedTraining training) throws IOException {
        int versions = 0;
        ConfirmedPoses poses = new ConfirmedPoses(List.of(footage.object()));
        Optional<Se3> last = Optional.empty();
        PoseEstimator estimator = estimator(training.weights());
        try (Footage.Reel reel = footage.open()) {
            for (int i = 0; i < footage.frames(); i++) {
                if (stop.getAsBoolean()) {
                    throw new CancellationException();
                }
                RgbImage frame = reel.next();
                if (i % stride != 0) {
                    continue;
                }
                ObjectLabel believed = ObjectLabel.of(
                        estimator.estimate(List.of(query(frame, last))).get(0));
                Optional<ObjectLabel> corrected = poses.correct(footage.id(), frame, footage.camera(), believed);
                last = corrected.orElse(believed).objectToCamera();
                if (corrected.isEmpty() || Schedule.heldOut(i, footage.framesPerSecond())) {
                    continue;
                }
                training.add(
                        new Label(
                                new LabelReference(0, (long) pass * footage.frames() + i),
                                frame,
                                footage.camera(),
                                List.of(corrected.get())),
                        1);
                Optional<Review> review = training.decide();
                review.ifPresent(r -> report.accept(
                        "showing %d, %d steps: %s, %s".formatted(pass, training.steps(), r.verdict(), r.reason())));
                if (review.isPresent() && review.get().verdict() != Review.Verdict.WITHHELD) {
                    versions++;
                    estimator.close();
                    estimator = estimator(training.weights());
                }
            }
        } finally {
            estimator.close();
        }
        return versions;
    }

    private PoseEstimator estimator(NetworkWeights weights) {
        return new PoseEstimator(weights, List.of(footage.object()), precision);
    }

    private Query query(RgbImage frame, Optional<Se3> last) {
        return new Query(frame, footage.camera(), footage.object().id(), Optional.empty(), last);
    }

    /**
     * Scores the network alone along the film, where it searches around its own last pose first: the seen frames, then
     * those held out.
     */
    private List<Scores> scores(NetworkWeights weights) throws IOException {
        List<Scores> scores = new ArrayList<>(List.of(Scores.NONE, Scores.NONE));
        Optional<Se3> last = Optional.empty();
        try (PoseEstimator estimator = estimator(weights);
                Footage.Reel reel = footage.open()) {
            for (int i = 0; i < footage.frames(); i++) {
                Query query = query(reel.next(), last);
                Estimate estimate = estimator.estimate(List.of(query)).get(0);
                last = estimate.pose().map(pose -> estimator.steady(query, pose).objectToCamera());
                Optional<PoseMatrix> truth = footage.truth(i);
                if (truth.isPresent()) {
                    int part = Schedule.heldOut(i, footage.framesPerSecond()) ? 1 : 0;
                    Scores score = Scores.of(footage.object(), footage.camera(), last, truth.get());
                    scores.set(part, scores.get(part).plus(score));
                }
            }
        }
        return scores;
    }
}
