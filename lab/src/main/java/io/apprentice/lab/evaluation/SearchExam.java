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
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.TruePose;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * How sure a network is where its object is, and where it is not: fresh rendered frames, each with about half of the objects
 * and other things, are searched as a camera's are.
 *
 * @param object its id
 * @param absent highest cells of the poses that would be published although the object is not there, in falling order
 * @param without searches of frames without the object
 * @param right searches that found it, to a tenth of its diameter
 * @param with searches of frames with the object
 */
public record SearchExam(String object, List<Double> absent, int without, int right, int with) {

    /** Frames that are enough to see one in 200. */
    public static final int FRAMES = 400;
    /** Of searches without the object, at most this share publishes a pose. */
    private static final double LET_THROUGH = 1 / 200.0;
    /** Fewer searches without the object say too little. */
    private static final int ENOUGH = 50;
    /** A cell that thinks it more likely than not; below, nothing counts anyway. */
    private static final double LEAST = 0.5;
    /** Else a hurried network, which is sure of everything, would never find anything. */
    private static final double MOST = 0.9;

    private static final int FRAMES_PER_SCENE = 4;
    private static final int FRAMES_BETWEEN = 40;

    /** Nothing to see. */
    private static final TriangleMesh DOT =
            TriangleMesh.of(new float[] {0, 0, 0, 1e-6f, 0, 0, 0, 1e-6f, 0}, new int[] {0, 1, 2});

    /** Copies. */
    public SearchExam {
        absent = List.copyOf(absent);
    }

    /**
     * Examines a network.
     *
     * @param frames how many at most
     * @param stop asked before each
     * @return one result per object, in the order of {@code objects}
     */
    public static List<SearchExam> of(
            NetworkWeights weights, List<ObjectModel> objects, int frames, long seed, BooleanSupplier stop) {
        List<Tally> tallies = objects.stream().map(Tally::new).toList();
        NetworkWeights lax =
                with(weights, weights.objects().stream().map(id -> LEAST).toList());
        Random random = new Random(seed);
        List<Boolean> there = List.of();
        SyntheticCamera camera = null;
        try (PoseEstimator estimator = new PoseEstimator(lax, objects, TorchRuntime.fastestPrecision())) {
            for (int i = 0; i < frames && !stop.getAsBoolean(); i++) {
                if (camera == null || i % FRAMES_PER_SCENE == 0) {
                    there = objects.stream().map(object -> random.nextBoolean()).toList();
                    camera = new SyntheticCamera(someOf(objects, there), SceneSettings.of(seed + i / FRAMES_PER_SCENE));
                }
                SyntheticFrame frame = camera.frame((long) i % FRAMES_PER_SCENE * FRAMES_BETWEEN);
                List<Estimate> estimates = estimator.estimate(objects.stream()
                        .map(object -> new Query(
                                frame.image(), frame.intrinsics(), object.id(), Optional.empty(), Optional.empty()))
                        .toList());
                for (int k = 0; k < objects.size(); k++) {
                    tallies.get(k)
                            .add(estimates.get(k), there.get(k), frame.truth().get(k));
                }
            }
        }
        return tallies.stream().map(Tally::result).toList();
    }

    private static List<ObjectModel> someOf(List<ObjectModel> objects, List<Boolean> there) {
        List<ObjectModel> some = new ArrayList<>();
        for (int k = 0; k < objects.size(); k++) {
            ObjectModel o = objects.get(k);
            some.add(there.get(k) ? o : new ObjectModel(o.id(), DOT, o.keypoints(), o.diameter(), SymmetryGroup.NONE));
        }
        return some;
    }

    /** Counts of one object. */
    private static final class Tally {
        private final ObjectModel object;
        private final List<Double> absent = new ArrayList<>();
        private int without;
        private int right;
        private int with;

        Tally(ObjectModel object) {
            this.object = object;
        }

        void add(Estimate estimate, boolean there, TruePose truth) {
            Optional<Se3> pose = estimate.pose().map(PnpSolution::objectToCamera);
            if (!there) {
                without++;
                pose.ifPresent(p -> absent.add(estimate.score()));
            } else if (truth.visibleFraction() >= Evaluation.LEAST_VISIBLE_FRACTION) {
                with++;
                right += pose.filter(p -> AddMetric.error(object, p, truth.objectToCamera()) < 0.1 * object.diameter())
                                .isPresent()
                        ? 1
                        : 0;
            }
        }

        SearchExam result() {
            absent.sort(Comparator.reverseOrder());
            return new SearchExam(object.id(), absent, without, right, with);
        }
    }

    /** Whether there were searches enough for {@link #lostBelow}. */
    public boolean saysEnough() {
        return without >= ENOUGH;
    }

    /** The least score, to a hundredth, with which at most one in 200 searches without the object publishes a pose; 0.5 to 0.9. */
    public double lostBelow() {
        int allowed = (int) (LET_THROUGH * without);
        double highest = absent.size() > allowed ? Math.floor(100 * absent.get(allowed) + 1) / 100 : LEAST;
        return Math.min(MOST, Math.max(LEAST, highest));
    }

    /**
     * The network with what was found out, if there were searches enough.
     *
     * @param results one per class, in the order of the classes
     */
    public static NetworkWeights noted(NetworkWeights weights, List<SearchExam> results) {
        return results.stream().allMatch(SearchExam::saysEnough)
                ? with(weights, results.stream().map(SearchExam::lostBelow).toList())
                : weights;
    }

    private static NetworkWeights with(NetworkWeights weights, List<Double> lostBelow) {
        return weights.with(
                NetworkWeights.LOST_BELOW,
                lostBelow.stream()
                        .map(value -> String.format(Locale.ROOT, "%.2f", value))
                        .collect(Collectors.joining(",")));
    }

    /** One line for a person. */
    public String text() {
        String counts = "%s: found right in %d of %d rendered frames with it; without it a pose came up in %d of %d"
                .formatted(object, right, with, absent.size(), without);
        return saysEnough()
                ? String.format(Locale.ROOT, "%s, LOST below %.2f", counts, lostBelow())
                : counts + ", too few for a threshold of its own";
    }
}
