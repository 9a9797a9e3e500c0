package io.apprentice.app;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.scene.CropSettings;
import io.apprentice.pose.scene.TrainingCrop;
import io.apprentice.pose.scene.TrainingCrops;
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
     * Share of right answers per object, in their order: ADD(-S) below a tenth of the diameter, none counts as wrong. NaN for an
     * object that no crop shows.
     */
    double[] recalls(NetworkWeights network) {
        int size = network.cropSize();
        TrainingCrops source = new TrainingCrops(objects, size, crops, SEED);
        int[] asked = new int[objects.size()];
        double[] right = new double[objects.size()];
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
        return right;
    }
}
