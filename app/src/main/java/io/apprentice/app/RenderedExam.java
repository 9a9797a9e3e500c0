package io.apprentice.app;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.scene.CropSettings;
import io.apprentice.pose.scene.TrainingCrop;
import io.apprentice.pose.scene.TrainingCrops;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Rendered crops that no fit has seen, the same ones for every network: where real images are beyond all of them, these still tell
 * one from another.
 */
final class RenderedExam {
    private static final long SEED = 8_000_009; // of no fit

    private final List<ObjectModel> objects;
    private final CropSettings crops;
    private final int questions;

    /** So many crops, of all objects together. */
    RenderedExam(List<ObjectModel> objects, CropSettings crops, int questions) {
        this.objects = List.copyOf(objects);
        this.crops = crops;
        this.questions = questions;
    }

    /**
     * What came of it.
     *
     * @param recalls share of right answers per object, in their order: ADD(-S) below a tenth of the diameter, none counts as
     *     wrong; NaN for an object that no crop shows
     * @param voteError mean distance of the selected cells' votes from the true keypoints in a crop, in apparent sizes of the
     *     object; median of the crops, of which one without votes counts as the worst
     */
    record Result(double[] recalls, double voteError) {}

    Result ask(NetworkWeights network) {
        int size = network.cropSize();
        TrainingCrops source = new TrainingCrops(objects, size, crops, SEED);
        int[] asked = new int[objects.size()];
        double[] right = new double[objects.size()];
        double[] voteErrors = new double[questions];
        try (PoseEstimator estimator = new PoseEstimator(network, objects, TorchRuntime.fastestPrecision())) {
            for (int i = 0; i < questions; i++) {
                TrainingCrop crop = source.crop(i);
                ObjectModel object = objects.get(crop.classIndex());
                CameraIntrinsics camera = crop.frameIntrinsics().cropped(crop.frameToCrop(), size);
                Query query = new Query(
                        new RgbImage(size, size, crop.rgb()),
                        camera,
                        object.id(),
                        Optional.of(Regions.wholeFrame(camera, size)),
                        Optional.empty());
                Estimate estimate = estimator.estimate(List.of(query)).get(0);
                voteErrors[i] = voteError(estimate.votes(), object, crop.objectToCamera(), camera);
                asked[crop.classIndex()]++;
                right[crop.classIndex()] += estimate.pose()
                                .filter(pose -> AddMetric.within(object, pose.objectToCamera(), crop.objectToCamera()))
                                .isPresent()
                        ? 1
                        : 0;
            }
        }
        for (int i = 0; i < right.length; i++) {
            right[i] /= asked[i];
        }
        Arrays.sort(voteErrors);
        return new Result(right, voteErrors[questions / 2]);
    }

    private static double voteError(KeypointVotes votes, ObjectModel object, Se3 pose, CameraIntrinsics camera) {
        // equal pictures have equal targets, so of the poses that look the same the crop's is the one to vote for
        int n = object.keypoints().size();
        double[] truth = new double[2 * n];
        for (int k = 0; k < n; k++) {
            Vec3 point = pose.transform(object.keypoints().get(k));
            truth[2 * k] = camera.projectX(point);
            truth[2 * k + 1] = camera.projectY(point);
        }
        double sum = 0;
        for (int i = 0; i < votes.size() * n; i++) {
            int k = i % n;
            sum += Math.hypot(votes.points()[2 * i] - truth[2 * k], votes.points()[2 * i + 1] - truth[2 * k + 1]);
        }
        return votes.size() == 0 ? Double.POSITIVE_INFINITY : sum / votes.size() / n / KeypointVotes.longerSide(truth);
    }
}
