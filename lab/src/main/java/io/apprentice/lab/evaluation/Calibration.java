package io.apprentice.lab.evaluation;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSettings;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.pose.solve.PnpSolver;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.TruePose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * How far a network's covariances and its LOST can be trusted, on frames that it has not seen.
 *
 * <p>Scenes alternate between day and evening light. In each, five moments four seconds apart are filmed, two frames
 * each. In the first frame the object is searched in the whole frame, in the second around its last pose. The same
 * scenes are filmed without the objects; then, in the second frame, the search begins where the object would stand.
 */
public record Calibration(List<Trial> trials) {

    private static final int FRAMES_PER_SCENE = 10;
    private static final int FRAMES_BETWEEN_MOMENTS = 60;
    private static final double WELL_VISIBLE = 0.5;
    private static final double RIGHT = 0.5;
    private static final PnpSettings ALL =
            new PnpSettings(PnpSettings.DEFAULT.relativeThreshold(), PnpSettings.DEFAULT.smallestThreshold(), 0);

    /**
     * One estimate of the network.
     *
     * @param visible share of the object that nothing hides; 0 where it is absent
     * @param published whether a pose was estimated, else LOST
     * @param support of the best pose, published or not; 0 without one
     * @param error ADD (ADD-S if symmetric) of that pose in diameters; infinite where the object is absent or there is
     *     no pose
     * @param squaredError of that pose in units of its covariance; likewise
     */
    record Trial(
            long scene,
            int frame,
            boolean present,
            boolean led,
            double visible,
            boolean published,
            double support,
            double error,
            double squaredError) {

        boolean right() {
            return error < RIGHT;
        }

        boolean rightAndPublished() {
            return right() && published;
        }

        boolean presentAndPublished() {
            return present && published;
        }

        boolean wellVisibleAndRight() {
            return present && visible >= WELL_VISIBLE && right();
        }
    }

    /** Films {@code frames} frames with the objects and as many without. */
    public static Calibration film(NetworkWeights weights, List<ObjectModel> objects, int frames, long seed) {
        List<Trial> trials = new ArrayList<>();
        try (PoseEstimator estimator = new PoseEstimator(weights, objects, TorchRuntime.fastestPrecision())) {
            for (int first = 0; first < frames; first += FRAMES_PER_SCENE) {
                long scene = seed + first / FRAMES_PER_SCENE;
                int count = Math.min(FRAMES_PER_SCENE, frames - first);
                film(estimator, objects, true, scene, count, trials);
                film(estimator, objects, false, scene, count, trials);
            }
        }
        return new Calibration(trials);
    }

    private static void film(
            PoseEstimator estimator,
            List<ObjectModel> objects,
            boolean present,
            long scene,
            int frames,
            List<Trial> trials) {
        SceneSettings day = SceneSettings.of(scene);
        OptionalLong shift = scene % 2 == 0 ? OptionalLong.empty() : OptionalLong.of(0);
        SyntheticCamera camera = new SyntheticCamera(
                present ? objects : objects.stream().map(Calibration::nothing).toList(),
                new SceneSettings(scene, day.width(), day.height(), day.framesPerSecond(), shift));
        PnpSolver solver = new EpnpRansac(ALL);
        Map<String, Se3> last = new HashMap<>();
        for (int f = 0; f < frames; f++) {
            SyntheticFrame frame = camera.frame((long) FRAMES_BETWEEN_MOMENTS * (f / 2) + f % 2);
            for (int i = 0; i < objects.size(); i++) {
                ObjectModel object = objects.get(i);
                TruePose truth = frame.truth().get(i);
                Optional<Se3> hint = f % 2 == 0 ? Optional.empty() : Optional.ofNullable(last.get(object.id()));
                Estimate estimate = estimator
                        .estimate(List.of(
                                new Query(frame.image(), frame.intrinsics(), object.id(), Optional.empty(), hint)))
                        .get(0);
                last.put(
                        object.id(),
                        present
                                ? estimate.pose()
                                        .map(PnpSolution::objectToCamera)
                                        .orElse(null)
                                : truth.objectToCamera());
                Optional<PnpSolution> best =
                        estimate.pose().or(() -> solver.solve(object, estimate.predictions(), frame.intrinsics()));
                Optional<PnpSolution> real = best.filter(solution -> present);
                trials.add(new Trial(
                        scene,
                        f,
                        present,
                        hint.isPresent(),
                        truth.visibleFraction(),
                        estimate.pose().isPresent(),
                        best.map(PnpSolution::support).orElse(0.0),
                        real.map(s -> AddMetric.error(object, s.objectToCamera(), truth.objectToCamera())
                                        / object.diameter())
                                .orElse(Double.POSITIVE_INFINITY),
                        real.map(s -> squaredError(s, object.symmetries(), truth.objectToCamera()))
                                .orElse(Double.POSITIVE_INFINITY)));
            }
        }
    }

    /** An object too small to see, so that the scene stays the same but for the object and its shadow. */
    private static ObjectModel nothing(ObjectModel object) {
        double speck = 1e-6;
        return new ObjectModel(
                object.id(),
                object.mesh().scaled(speck),
                object.keypoints().stream().map(k -> k.times(speck)).toList(),
                object.diameter(),
                SymmetryGroup.NONE);
    }

    private static double squaredError(PnpSolution solution, SymmetryGroup symmetries, Se3 truth) {
        return solution.times(symmetries.towards(solution.objectToCamera(), truth.rotation()))
                .squaredError(truth);
    }

    /** Share of the trials of a kind that are also of another; 0 where there are none. */
    double share(Predicate<Trial> of, Predicate<Trial> which) {
        long all = count(of);
        return all == 0 ? 0 : (double) count(of.and(which)) / all;
    }

    private long count(Predicate<Trial> of) {
        return trials.stream().filter(of).count();
    }

    /** Squared errors of the trials of a kind, ascending. */
    double[] squaredErrors(Predicate<Trial> of) {
        return trials.stream()
                .filter(of)
                .mapToDouble(Trial::squaredError)
                .sorted()
                .toArray();
    }

    /** Probability that chi-square with six degrees of freedom is below x. */
    static double chiSquare(double x) {
        return 1 - Math.exp(-x / 2) * (1 + x / 2 + x * x / 8);
    }

    /** Two tables in Markdown. */
    public String text() {
        StringBuilder text =
                new StringBuilder("| squared error e^T C^-1 e of published poses | n | inside 50 % | inside 90 % |"
                        + " inside 95 % | inside 99 % | median (chi-square: 5.35) |\n|---|---|---|---|---|---|---|\n");
        row(text, "right to half a diameter", Trial::rightAndPublished);
        row(text, "all", Trial::presentAndPublished);
        text.append("\n| LOST | | n |\n|---|---|---|\n");
        Predicate<Trial> absent = t -> !t.present();
        rate(text, "object absent, pose published (false alarm)", absent, Trial::published);
        rate(text, "pose published, wrong by over half a diameter", Trial::presentAndPublished, t -> !t.right());
        rate(text, "half visible and pose right, but LOST (miss)", Trial::wellVisibleAndRight, t -> !t.published());
        rate(text, "object present, LOST", Trial::present, t -> !t.published());
        return text.toString();
    }

    private void row(StringBuilder text, String name, Predicate<Trial> of) {
        double[] errors = squaredErrors(of);
        text.append("| %s | %d |".formatted(name, errors.length));
        for (double level : new double[] {0.5, 0.9, 0.95, 0.99}) {
            text.append(String.format(Locale.ROOT, " %.3f |", share(of, t -> chiSquare(t.squaredError()) < level)));
        }
        text.append(
                String.format(Locale.ROOT, " %.2f |%n", errors.length == 0 ? Double.NaN : errors[errors.length / 2]));
    }

    private void rate(StringBuilder text, String name, Predicate<Trial> of, Predicate<Trial> which) {
        text.append(String.format(Locale.ROOT, "| %s | %.4f | %d |%n", name, share(of, which), count(of)));
    }

    /** Writes {@code trials.csv} and {@code calibration.svg}. */
    public void write(Path directory, String title) throws IOException {
        Files.createDirectories(directory);
        StringBuilder csv =
                new StringBuilder("scene,frame,present,led,visible,published,support,error_diameters,squared_error\n");
        for (Trial t : trials) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%d,%b,%b,%.4f,%b,%.4f,%.5f,%.5f%n",
                    t.scene(),
                    t.frame(),
                    t.present(),
                    t.led(),
                    t.visible(),
                    t.published(),
                    t.support(),
                    t.error(),
                    t.squaredError()));
        }
        Files.writeString(directory.resolve("trials.csv"), csv);
        Files.writeString(directory.resolve("calibration.svg"), CalibrationPlot.svg(this, title));
    }
}
