package io.apprentice.recordings.bop;

import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.metrics.AreaUnderCurve;
import io.apprentice.pose.metrics.PoseErrors;
import io.apprentice.pose.object.BopModel;
import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.MeshReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Errors of estimates, one per target: ADD, or ADD-S for objects with symmetries, over all vertices of
 * {@code models_eval}.
 *
 * @param scores one per target, in the targets' order
 */
public record BopScores(List<Score> scores) {

    /** An estimate is correct if its error is below this share of the diameter. */
    public static final double TENTH = 0.1;
    /** Largest threshold of the area under the curve, metres. */
    public static final double LARGEST_ERROR = 0.1;

    /** Copies the list. */
    public BopScores {
        scores = List.copyOf(scores);
    }

    /**
     * One target.
     *
     * @param target the target
     * @param diameter of the object, metres
     * @param error of the estimate, metres; infinite if there is none
     */
    public record Score(BopTarget target, double diameter, double error) {

        /** Whether there is an estimate. */
        public boolean found() {
            return Double.isFinite(error);
        }

        /** Whether the error is below a share of the diameter. */
        public boolean within(double share) {
            return error < share * diameter;
        }
    }

    /**
     * A summary.
     *
     * @param targets number of targets
     * @param withEstimate number of targets with an estimate
     * @param correct number of targets with an error below a tenth of the diameter
     * @param meanError mean over the targets with an estimate, metres; NaN without any
     * @param medianError median, likewise
     * @param area area under the share of targets with an error below a threshold of 0 to 0.1 m,
     *     {@link AreaUnderCurve#exact}
     */
    public record Recall(
            int targets, int withEstimate, int correct, double meanError, double medianError, double area) {

        /** Share of the targets that are correct. */
        public double recall() {
            return correct / (double) targets;
        }
    }

    private record Place(int scene, int image, int object) {}

    /**
     * Compares estimates with targets. For each image and object, as many estimates count as there are targets, those
     * with the highest scores. In the order of falling scores, each is compared with the nearest remaining target.
     *
     * @param models a folder of models, {@link BopDataset#evaluationModels}
     * @throws IOException if a model is missing or broken
     */
    public static BopScores of(Path models, List<BopTarget> targets, List<BopResult> results) throws IOException {
        Map<Place, List<BopResult>> estimates = results.stream()
                .sorted(Comparator.comparingDouble(BopResult::score).reversed())
                .collect(Collectors.groupingBy(r -> new Place(r.scene(), r.image(), r.object())));
        SortedMap<Integer, BopModel> known = BopModels.read(models);
        Map<Integer, double[]> points = new HashMap<>();
        Map<Place, List<BopTarget>> places = new LinkedHashMap<>();
        for (BopTarget target : targets) {
            int object = target.truth().objectId();
            if (!known.containsKey(object)) {
                throw new IOException(
                        "%s: expected a model of object %d, there are %s".formatted(models, object, known.keySet()));
            }
            if (!points.containsKey(object)) {
                points.put(object, points(known.get(object)));
            }
            places.computeIfAbsent(new Place(target.scene(), target.image(), object), p -> new ArrayList<>())
                    .add(target);
        }
        Map<BopTarget, Double> errors = new HashMap<>();
        places.forEach((place, there) -> {
            List<BopTarget> left = new ArrayList<>(there);
            for (BopResult estimate : estimates.getOrDefault(place, List.of())) {
                Map<BopTarget, Double> distances = new HashMap<>();
                left.forEach(target -> distances.put(
                        target, error(known.get(place.object()), points.get(place.object()), estimate, target)));
                left.stream().min(Comparator.comparing(distances::get)).ifPresent(nearest -> {
                    errors.put(nearest, distances.get(nearest));
                    left.remove(nearest);
                });
            }
        });
        return new BopScores(targets.stream()
                .map(target -> new Score(
                        target,
                        known.get(target.truth().objectId()).diameter(),
                        errors.getOrDefault(target, Double.POSITIVE_INFINITY)))
                .toList());
    }

    /**
     * Vertices in double, converted from the file's millimetres, because one recorded estimate has an error only half a
     * micrometre from the threshold.
     */
    private static double[] points(BopModel model) throws IOException {
        float[] mm = MeshReader.read(model.file()).positions();
        double[] points = new double[mm.length];
        Arrays.setAll(points, i -> mm[i] * 0.001);
        return points;
    }

    private static double error(BopModel model, double[] points, BopResult estimate, BopTarget target) {
        PoseMatrix truth = target.truth().published();
        PoseErrors errors = new PoseErrors(points, estimate.objectToCamera(), truth);
        double error = model.symmetries().isSymmetric() ? errors.adds() : errors.add();
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error; // extreme numbers overflow
    }

    /** One summary per object, by BOP's object number. */
    public SortedMap<Integer, Recall> perObject() {
        SortedMap<Integer, Recall> recalls = new TreeMap<>();
        scores.stream()
                .collect(Collectors.groupingBy(score -> score.target().truth().objectId()))
                .forEach((object, own) -> recalls.put(object, recall(own)));
        return recalls;
    }

    /** A summary over all targets, equally weighted. */
    public Recall overall() {
        return recall(scores);
    }

    /** Mean of the objects' recalls. */
    public double meanOfObjects() {
        return perObject().values().stream()
                .mapToDouble(Recall::recall)
                .average()
                .orElse(Double.NaN);
    }

    private static Recall recall(List<Score> scores) {
        double[] errors = scores.stream().mapToDouble(Score::error).sorted().toArray();
        double[] found = Arrays.stream(errors).filter(Double::isFinite).toArray();
        int n = found.length;
        return new Recall(
                scores.size(),
                n,
                (int) scores.stream().filter(score -> score.within(TENTH)).count(),
                Arrays.stream(found).average().orElse(Double.NaN),
                n == 0 ? Double.NaN : (found[(n - 1) / 2] + found[n / 2]) / 2,
                errors.length == 0 ? Double.NaN : AreaUnderCurve.exact(errors, LARGEST_ERROR));
    }
}
