package io.apprentice.benchmarks.pipeline;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.schemas.Frame;
import io.apprentice.wire.DecodedFrame;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The work alone: decode, crop, network and solve in a loop, with nothing beside it.
 *
 * @param millis median time of a frame
 * @param framesPerSecond how many frames it answers
 */
record Alone(double millis, double framesPerSecond) {
    private static final int FORGET_AFTER = 3;

    /** Goes through the film: once to warm up, then so often. */
    static Alone measure(NetworkWeights student, Function<NetworkWeights, CropNetwork> networks, Film film, int times)
            throws IOException {
        List<String> objects = List.of(Film.PARCEL.id());
        LastPoses last = new LastPoses(FORGET_AFTER);
        int n = film.frames.size();
        double[] millis = new double[times * n];
        long start = 0;
        try (PoseEstimator estimator = new PoseEstimator(student, List.of(Film.PARCEL), networks, Workers.none())) {
            for (int i = -n; i < millis.length; i++) {
                if (i == 0) {
                    start = System.nanoTime();
                }
                // there and back
                int round = Math.floorDiv(i, n);
                Frame frame = film.frames.get(round % 2 == 0 ? i - round * n : n - 1 - (i - round * n));
                long from = System.nanoTime();
                List<Estimate> estimates =
                        estimator.estimate(DecodedFrame.of(frame).queries(objects, student.cropSize(), last));
                long to = System.nanoTime();
                for (Estimate estimate : estimates) {
                    last.update(
                            frame.getCameraId(),
                            estimate.objectId(),
                            estimate.pose().map(PnpSolution::objectToCamera));
                }
                if (i >= 0) {
                    millis[i] = (to - from) / 1e6;
                }
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.sort(millis);
        return new Alone(Waterfall.percentile(millis, 0.5), millis.length / seconds);
    }
}
