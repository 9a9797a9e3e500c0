package io.apprentice.lab.evaluation;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.TruePose;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How accurate a network is on frames that it has not seen. Objects of which less than a tenth is visible are not scored.
 *
 * @param scored true objects
 * @param found those for which a pose was estimated
 * @param within those whose ADD (ADD-S if symmetric) is below a tenth of the diameter
 * @param meanErrorMm mean of that distance over the found ones, millimetres
 * @param framesPerSecond frames that the network handled per second, one at a time
 */
public record Evaluation(int scored, int found, int within, double meanErrorMm, double framesPerSecond) {

    /** Objects of which less is seen are not scored, as in the BOP evaluation. */
    public static final double LEAST_VISIBLE_FRACTION = 0.1;

    private static final int FRAMES_PER_SCENE = 20;

    /**
     * Films synthetic scenes of all objects, {@value #FRAMES_PER_SCENE} frames each. Within a scene an object is
     * searched around its last pose, at first in the whole frame.
     */
    public static Evaluation onSyntheticFrames(
            NetworkWeights weights, List<ObjectModel> objects, int frames, long seed) {
        return onSyntheticFrames(weights, objects, frames, seed, TorchRuntime.fastestPrecision());
    }

    /** The same with a given number format inside the network. */
    public static Evaluation onSyntheticFrames(
            NetworkWeights weights, List<ObjectModel> objects, int frames, long seed, Precision precision) {
        Map<String, Se3> last = new HashMap<>();
        int scored = 0;
        int found = 0;
        int within = 0;
        double sum = 0;
        long nanos = 0;
        Map<String, ObjectModel> byId = new HashMap<>();
        objects.forEach(o -> byId.put(o.id(), o));
        SyntheticCamera camera = null;
        try (PoseEstimator estimator = new PoseEstimator(weights, objects, precision)) {
            for (int i = 0; i < frames; i++) {
                if (i % FRAMES_PER_SCENE == 0) {
                    camera = new SyntheticCamera(objects, SceneSettings.of(seed + i / FRAMES_PER_SCENE));
                    last.clear();
                }
                SyntheticFrame frame = camera.frame(i % FRAMES_PER_SCENE);
                long start = System.nanoTime();
                List<Estimate> estimates = estimator.estimate(objects.stream()
                        .map(o -> new Query(
                                frame.image(),
                                frame.intrinsics(),
                                o.id(),
                                Optional.empty(),
                                Optional.ofNullable(last.get(o.id()))))
                        .toList());
                nanos += System.nanoTime() - start;
                for (Estimate estimate : estimates) {
                    Optional<Se3> pose = estimate.pose().map(p -> p.objectToCamera());
                    last.put(estimate.objectId(), pose.orElse(null));
                    Optional<TruePose> truth = frame.truth().stream()
                            .filter(t -> t.objectId().equals(estimate.objectId())
                                    && t.visibleFraction() >= LEAST_VISIBLE_FRACTION)
                            .findFirst();
                    if (truth.isEmpty()) {
                        continue;
                    }
                    scored++;
                    if (pose.isPresent()) {
                        ObjectModel object = byId.get(estimate.objectId());
                        double error =
                                AddMetric.error(object, pose.get(), truth.get().objectToCamera());
                        found++;
                        sum += error;
                        within += error < 0.1 * object.diameter() ? 1 : 0;
                    }
                }
            }
        }
        return new Evaluation(scored, found, within, found == 0 ? 0 : 1000 * sum / found, frames / (nanos * 1e-9));
    }

    public String text() {
        return String.format(
                Locale.ROOT,
                "within 0.1 diameter: %.3f (%d of %d; %d found, mean error %.1f mm), %.0f frames/s",
                scored == 0 ? 0 : (double) within / scored,
                within,
                scored,
                found,
                meanErrorMm,
                framesPerSecond);
    }
}
