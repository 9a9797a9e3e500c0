package io.apprentice.lab.evaluation;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.BopModels;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.recordings.bop.BopTarget;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.TrainingCrop;
import io.apprentice.scene.TrainingCrops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Crops with known poses, the same ones for every network. Where no network estimates right poses, the votes still show
 * which network is nearer.
 */
public final class VoteExam {
    private static final long SEED = 8_000_009; // no fit uses it
    private static final int BATCH = 16;

    private final List<ObjectModel> objects;
    private final List<Question> questions = new ArrayList<>();

    private record Question(ObjectModel object, RgbImage crop, CameraIntrinsics camera, Se3 objectToCamera) {
        Query query() {
            Affine2 all = Regions.wholeFrame(camera, crop.width());
            return new Query(crop, camera, object.id(), Optional.of(all), Optional.empty());
        }
    }

    private VoteExam(List<ObjectModel> objects) {
        this.objects = List.copyOf(objects);
    }

    /** Crops that no fit has seen; {@code count} is their number for all objects together. */
    public static VoteExam rendered(List<ObjectModel> objects, int size, CropSettings settings, int count) {
        VoteExam exam = new VoteExam(objects);
        TrainingCrops crops = new TrainingCrops(objects, size, settings, SEED);
        for (int i = 0; i < count; i++) {
            TrainingCrop crop = crops.crop(i);
            exam.questions.add(new Question(
                    objects.get(crop.classIndex()),
                    new RgbImage(size, size, crop.rgb()),
                    crop.frameIntrinsics().cropped(crop.frameToCrop(), size),
                    crop.objectToCamera()));
        }
        return exam;
    }

    /**
     * Crops of a BOP dataset's images around the targets' true poses; those that lie outside the image are left out.
     *
     * @param objects those of the targets, by BOP's names
     * @throws IOException if an image is missing or broken
     */
    public static VoteExam aroundTruth(List<ObjectModel> objects, int size, Path dataset, List<BopTarget> targets)
            throws IOException {
        VoteExam exam = new VoteExam(objects);
        Map<String, ObjectModel> byName =
                objects.stream().collect(Collectors.toMap(ObjectModel::id, Function.identity()));
        BopAnswers.forEachImage(dataset, targets, (image, picture, camera, here) -> {
            for (BopTarget target : here) {
                ObjectModel object = byName.get(BopModels.name(target.truth().objectId()));
                Se3 truth = object.symmetries().canonical(target.truth().objectToCamera());
                Regions.aroundPose(object.keypoints(), truth, camera, size).ifPresent(region -> {
                    byte[] crop = new byte[3 * size * size];
                    CropWarp.warp(picture, region, size, crop, 0);
                    exam.questions.add(
                            new Question(object, new RgbImage(size, size, crop), camera.cropped(region, size), truth));
                });
            }
        });
        return exam;
    }

    /**
     * The result per object; NaN for an object without crops.
     *
     * @param recalls share of right poses: ADD(-S) below a tenth of the diameter; a missing pose counts as wrong
     * @param voteErrors mean distance of the votes from the true keypoints, see {@link KeypointVotes#meanDistance}, in
     *     object sizes of the crop (its side is 1.5 of them), at most 1; median over the crops; NaN for a network of codes
     */
    public record Result(double[] recalls, double[] voteErrors) {}

    public Result ask(NetworkWeights network) {
        double[] right = new double[questions.size()];
        double[] errors = new double[questions.size()];
        try (PoseEstimator estimator = new PoseEstimator(network, objects, TorchRuntime.fastestPrecision())) {
            for (int from = 0; from < questions.size(); from += BATCH) {
                List<Question> batch = questions.subList(from, Math.min(from + BATCH, questions.size()));
                List<Estimate> estimates =
                        estimator.estimate(batch.stream().map(Question::query).toList());
                for (int i = 0; i < batch.size(); i++) {
                    Question question = batch.get(i);
                    Estimate estimate = estimates.get(i);
                    errors[from + i] = estimate.predictions() instanceof KeypointVotes votes
                            ? voteError(votes, question)
                            : Double.NaN;
                    right[from + i] = estimate.pose()
                                    .filter(pose -> AddMetric.within(
                                            question.object(), pose.objectToCamera(), question.objectToCamera()))
                                    .isPresent()
                            ? 1
                            : 0;
                }
            }
        }
        return new Result(
                objects.stream().mapToDouble(object -> mean(of(object, right))).toArray(),
                objects.stream()
                        .mapToDouble(object -> median(of(object, errors)))
                        .toArray());
    }

    private static double voteError(KeypointVotes votes, Question question) {
        // equal pictures have equal targets: of the poses that look the same, the votes should all mean one
        List<Vec3> keypoints = question.object().keypoints();
        float[] truth = new float[2 * keypoints.size()];
        for (int k = 0; k < keypoints.size(); k++) {
            Vec3 point = question.objectToCamera().transform(keypoints.get(k));
            truth[2 * k] = (float) question.camera().projectX(point);
            truth[2 * k + 1] = (float) question.camera().projectY(point);
        }
        double objectSize = question.crop().width() / Regions.MARGIN;
        return votes.meanDistance(truth, objectSize) / objectSize;
    }

    private double[] of(ObjectModel object, double[] values) {
        return IntStream.range(0, values.length)
                .filter(i -> questions.get(i).object().id().equals(object.id()))
                .mapToDouble(i -> values[i])
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
