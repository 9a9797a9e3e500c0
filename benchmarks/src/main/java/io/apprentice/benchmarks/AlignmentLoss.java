package io.apprentice.benchmarks;

import io.apprentice.pose.alignment.Alignment;
import io.apprentice.pose.alignment.DistributionAlignment;
import io.apprentice.pose.alignment.Predictions;
import io.apprentice.pose.alignment.SinkhornSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long do value and gradients of the alignment take, for 16 images with 8 keypoints and 10 cells on either side? */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class AlignmentLoss {
    private static final int IMAGES = 16;
    private static final int KEYPOINTS = 8;
    private static final int CELLS = 10;

    /** Threads that share the batch. */
    @Param({"1", "2"})
    public int threads;

    private final DistributionAlignment official = DistributionAlignment.official(SinkhornSettings.OFFICIAL);
    private final DistributionAlignment scaleAware = DistributionAlignment.scaleAware();
    private final List<Predictions> batch = new ArrayList<>();

    /** Keypoints of an object of 150 pixels; votes a few pixels around them, the student's wider. */
    @Setup
    public void votes() {
        SplittableRandom random = new SplittableRandom(1);
        for (int image = 0; image < IMAGES; image++) {
            double[] keypoints = random.doubles(2 * KEYPOINTS, 200, 350).toArray();
            double[] scores = random.doubles(CELLS, 0.2, 0.95).toArray();
            double[] logits = random.doubles(CELLS, -2, 3).toArray();
            batch.add(new Predictions(
                    KEYPOINTS, around(keypoints, 6, random), logits, around(keypoints, 2, random), scores, 640, 480));
        }
    }

    private static double[] around(double[] keypoints, double pixels, SplittableRandom random) {
        double[] votes = new double[CELLS * keypoints.length];
        for (int i = 0; i < votes.length; i++) {
            votes[i] = keypoints[i % keypoints.length] + pixels * random.nextGaussian();
        }
        return votes;
    }

    /** The official setting. */
    @Benchmark
    public List<Alignment.Result> official() {
        return official.measure(batch, threads);
    }

    /** Points in units of the object's size. */
    @Benchmark
    public List<Alignment.Result> scaleAware() {
        return scaleAware.measure(batch, threads);
    }
}
