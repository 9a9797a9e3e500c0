package io.apprentice.learning.guard;

import io.apprentice.learning.sample.ExamCrop;
import io.apprentice.learning.sample.SampleExtractor;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.LocalHead;
import io.apprentice.pose.prediction.LocalPredictions;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSolver;
import io.apprentice.pose.teacher.PoseLabels;
import io.apprentice.pose.teacher.TaughtPose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Evaluates one student on crops. Deterministic on the same kind of machine; not thread-safe. */
final class Examiner implements AutoCloseable {

    private static final int LARGEST_BATCH = 16;

    private final NetworkWeights weights;
    private final WdrNet network;
    private final List<ObjectModel> objects;
    private final PnpSolver solver = new EpnpRansac();
    private final LocalHead head;
    private final CellGrid grid;
    private final int size;

    /** {@code objects} are those of the classes, in their order. */
    Examiner(NetworkWeights weights, List<ObjectModel> objects, Precision precision) {
        this.weights = weights;
        this.objects = objects;
        size = weights.cropSize();
        head = weights.architecture().head();
        grid = head.grid(size, size);
        network = new WdrNet(weights, precision);
    }

    NetworkWeights weights() {
        return weights;
    }

    /** One agreement with the teacher per crop, in order. */
    List<Agreement> evaluate(List<ExamCrop> crops) {
        List<Agreement> agreements = new ArrayList<>();
        for (int from = 0; from < crops.size(); from += LARGEST_BATCH) {
            evaluateBatch(crops.subList(from, Math.min(from + LARGEST_BATCH, crops.size())), agreements);
        }
        return agreements;
    }

    private void evaluateBatch(List<ExamCrop> crops, List<Agreement> agreements) {
        int cropBytes = 3 * size * size;
        byte[] rgb = new byte[crops.size() * cropBytes];
        for (int i = 0; i < crops.size(); i++) {
            System.arraycopy(decode(crops.get(i).jpeg()), 0, rgb, i * cropBytes, cropBytes);
        }
        WdrNet.Output output = network.run(rgb, crops.size(), size, size);
        int classes = weights.architecture().classes();
        for (int i = 0; i < crops.size(); i++) {
            int at = i * output.cells() * classes;
            ExamCrop crop = crops.get(i);
            LocalPredictions said = head.select(grid, output.logits(), at, output.values(), classes, crop.classIndex());
            agreements.add(agreement(crop, votes(crop, said)));
        }
    }

    /** Codes become votes as the pose of another estimator does: those that the pose solved from them and its covariance mean. */
    private KeypointVotes votes(ExamCrop crop, LocalPredictions said) {
        if (said instanceof KeypointVotes votes) {
            return votes;
        }
        ObjectModel object = objects.get(crop.classIndex());
        Optional<TaughtPose> pose = solver.solve(object, said, crop.camera())
                .map(solution -> new TaughtPose(solution.objectToCamera(), solution.covariance(), 1));
        return (KeypointVotes) PoseLabels.of(pose, object, crop.camera()).predictions();
    }

    private Agreement agreement(ExamCrop crop, KeypointVotes inCrop) {
        if (inCrop.size() == 0) {
            return new Agreement(1, 1);
        }
        double unit = SampleExtractor.CROP_SIDE / size;
        KeypointVotes votes = inCrop.mapped(new Affine2(unit, 0, 0, 0, unit, 0));
        double distance = 1;
        for (float[] keypoints : crop.keypoints()) {
            distance = Math.min(distance, votes.meanDistance(keypoints, 1));
        }
        return new Agreement(distance, votes.meanDistance(median(votes), 1));
    }

    /** Per coordinate the median over the cells. */
    private static float[] median(KeypointVotes votes) {
        float[] median = new float[2 * votes.keypoints()];
        float[] values = new float[votes.size()];
        for (int j = 0; j < median.length; j++) {
            for (int i = 0; i < values.length; i++) {
                values[i] = votes.points()[i * median.length + j];
            }
            Arrays.sort(values);
            median[j] = (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
        }
        return median;
    }

    private static byte[] decode(byte[] jpeg) {
        try {
            return ImageCodec.decode(jpeg).rgb();
        } catch (IOException e) {
            throw new UncheckedIOException("a crop of our own cannot be read", e);
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
