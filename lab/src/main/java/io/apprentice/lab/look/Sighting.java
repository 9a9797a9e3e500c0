package io.apprentice.lab.look;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.WhyLost;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a network sees of the objects in one frame of which nothing is known: the whole of it is searched.
 *
 * @param network its name for a person
 * @param estimates one per object, in the order of the objects
 * @param advice per object, what was tried and what helps, a line each
 */
public record Sighting(String network, List<Estimate> estimates, List<List<String>> advice) {

    /** Copies. */
    public Sighting {
        estimates = List.copyOf(estimates);
        advice = List.copyOf(advice);
    }

    /** Has a network search a frame for all objects. */
    public static Sighting of(
            String network,
            NetworkWeights weights,
            List<ObjectModel> objects,
            RgbImage frame,
            CameraIntrinsics camera) {
        try (PoseEstimator estimator = new PoseEstimator(weights, objects, TorchRuntime.fastestPrecision())) {
            return new Sighting(
                    network,
                    estimator.estimate(objects.stream()
                            .map(object -> new Query(frame, camera, object.id(), Optional.empty(), Optional.empty()))
                            .toList()),
                    objects.stream()
                            .map(object -> estimator.advice(object.id(), camera))
                            .toList());
        }
    }

    /** Without a network: the frame alone. */
    public static Sighting ofNobody(List<ObjectModel> objects) {
        return new Sighting(
                "no network knows " + objects.stream().map(ObjectModel::id).toList(), List.of(), List.of());
    }

    /** Whether an object was found. */
    public boolean foundSomething() {
        return estimates.stream().anyMatch(estimate -> estimate.pose().isPresent());
    }

    /** One line per object: where it is, or what it looked like. */
    public static String text(Estimate estimate, ObjectModel object, CameraIntrinsics camera) {
        return estimate.pose()
                .map(pose -> String.format(
                        Locale.ROOT,
                        "%s found, %.2f m away, %s; surest cell %.2f, %d of %d votes agree to %.1f pixels",
                        object.id(),
                        pose.objectToCamera()
                                .transform(object.low().plus(object.high()).times(0.5))
                                .norm(),
                        ProjectedBox.of(object.keypoints(), pose.objectToCamera(), camera)
                                .map(box -> String.format(
                                        Locale.ROOT,
                                        "%.0f pixels wide (%.0f %% of the picture)",
                                        box.width(),
                                        100 * box.width() / camera.width()))
                                .orElse("partly behind the camera"),
                        estimate.score(),
                        pose.inliers(),
                        pose.correspondences(),
                        pose.reprojectionError()))
                .orElseGet(() -> "%s LOST: %s"
                        .formatted(
                                object.id(),
                                estimate.searched()
                                        .map(searched -> WhyLost.of(searched).looks(searched))
                                        .orElse("not searched for")));
    }

    /** The findings for a terminal. */
    public List<String> lines(List<ObjectModel> objects, CameraIntrinsics camera) {
        List<String> lines = new ArrayList<>();
        for (int k = 0; k < objects.size(); k++) {
            lines.add("%-9s %s".formatted(network, text(estimates.get(k), objects.get(k), camera)));
            if (estimates.get(k).pose().isEmpty()) {
                advice.get(k).forEach(line -> lines.add("          " + line));
            }
        }
        return lines;
    }
}
