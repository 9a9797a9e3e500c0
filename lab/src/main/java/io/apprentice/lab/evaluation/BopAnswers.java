package io.apprentice.lab.evaluation;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.ObjectModels;
import io.apprentice.recordings.bop.BopDataset;
import io.apprentice.recordings.bop.BopImage;
import io.apprentice.recordings.bop.BopResult;
import io.apprentice.recordings.bop.BopScene;
import io.apprentice.recordings.bop.BopTarget;
import io.apprentice.recordings.bop.BopTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A network's pose estimates for the test images of a BOP dataset. */
public final class BopAnswers {

    /** The region that the network searches first. */
    public enum Roi {
        /** The crop around the true pose, as in papers that assume a detector. */
        TRUTH,
        /** Nothing is known: the whole frame and windows of it, then the region around what was found there. */
        FOUND
    }

    private final Path dataset;
    private final Roi roi;
    /** By BOP's number of the object. */
    private final Map<Integer, ObjectModel> objects = new TreeMap<>();

    /**
     * A run for some objects.
     *
     * @param numbers BOP's numbers of the objects; their meshes are those of {@link BopDataset#models}
     * @throws IOException if a mesh is missing or broken
     */
    public BopAnswers(Path dataset, Iterable<Integer> numbers, Roi roi) throws IOException {
        this.dataset = dataset;
        this.roi = roi;
        Path models = BopDataset.models(dataset);
        for (int number : numbers) {
            String mesh = BopModels.file(models, number).toString();
            objects.put(number, ObjectModels.load(BopModels.name(number), mesh));
        }
    }

    /** The targets whose object a network knows by its id; all of them if the network names no objects. */
    public static List<BopTarget> known(List<BopTarget> targets, NetworkWeights network) {
        return targets.stream()
                .filter(target -> network.objects().isEmpty()
                        || network.objects()
                                .contains(BopModels.name(target.truth().objectId())))
                .toList();
    }

    /** BOP's numbers of the targets' objects, ascending. */
    public static SortedSet<Integer> numbers(List<BopTarget> targets) {
        return targets.stream().map(target -> target.truth().objectId()).collect(Collectors.toCollection(TreeSet::new));
    }

    public List<ObjectModel> objects() {
        return List.copyOf(objects.values());
    }

    /**
     * Estimates the poses of all targets' objects, image by image.
     *
     * @throws IOException if an image is missing or broken
     */
    public List<BopResult> answers(NetworkWeights weights, Precision precision, List<BopTarget> targets)
            throws IOException {
        List<BopResult> results = new ArrayList<>();
        try (PoseEstimator estimator = new PoseEstimator(weights, objects(), precision)) {
            forEachImage(dataset, targets, (image, picture, camera, here) -> {
                results.addAll(answers(estimator, image, picture, camera, here));
            });
        }
        return results;
    }

    /** Receives an image that shows targets. */
    @FunctionalInterface
    interface Sight {
        void accept(BopImage image, RgbImage picture, CameraIntrinsics camera, List<BopTarget> targets);
    }

    /**
     * Passes on each image that shows targets, by scene and number.
     *
     * @throws IOException if an image is missing or broken
     */
    static void forEachImage(Path dataset, List<BopTarget> targets, Sight sight) throws IOException {
        for (Map.Entry<Integer, Path> scene : BopTargets.scenes(dataset).entrySet()) {
            for (BopImage image : BopScene.read(scene.getValue()).images()) {
                List<BopTarget> here = targets.stream()
                        .filter(target -> target.scene() == scene.getKey() && target.image() == image.number())
                        .toList();
                if (!here.isEmpty()) {
                    RgbImage picture = ImageCodec.decode(Files.readAllBytes(image.file()));
                    sight.accept(image, picture, image.intrinsics(picture.width(), picture.height()), here);
                }
            }
        }
    }

    private List<BopResult> answers(
            PoseEstimator estimator,
            BopImage image,
            RgbImage picture,
            CameraIntrinsics camera,
            List<BopTarget> targets) {
        int scene = targets.get(0).scene();
        // one answer per object: of several instances the most visible one
        Map<Integer, BopTarget> wanted = targets.stream()
                .collect(Collectors.toMap(
                        target -> target.truth().objectId(),
                        Function.identity(),
                        (a, b) -> mostVisible().compare(a, b) >= 0 ? a : b,
                        TreeMap::new));
        List<Integer> numbers = List.copyOf(wanted.keySet());
        List<Query> queries = new ArrayList<>();
        for (int number : numbers) {
            ObjectModel object = objects.get(number);
            queries.add(new Query(
                    picture,
                    camera,
                    object.id(),
                    roi == Roi.FOUND
                            ? Optional.empty()
                            : Regions.aroundPose(
                                    object.keypoints(),
                                    wanted.get(number).truth().objectToCamera(),
                                    camera,
                                    estimator.cropSize()),
                    Optional.empty()));
        }
        long start = System.nanoTime();
        List<Estimate> estimates = estimator.estimate(queries);
        double seconds = (System.nanoTime() - start) * 1e-9;
        List<BopResult> results = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i++) {
            int number = numbers.get(i);
            double score = estimates.get(i).score();
            estimates
                    .get(i)
                    .pose()
                    .map(solution -> PoseMatrix.of(solution.objectToCamera()))
                    .ifPresent(pose -> results.add(new BopResult(scene, image.number(), number, score, pose, seconds)));
        }
        return results;
    }

    private static Comparator<BopTarget> mostVisible() {
        return Comparator.comparingDouble(target -> target.truth().visibleFraction());
    }
}
