package io.apprentice.benchmarks;

import io.apprentice.pose.alignment.Alignment;
import io.apprentice.pose.alignment.DistributionAlignment;
import io.apprentice.pose.alignment.Predictions;
import io.apprentice.pose.alignment.SinkhornSettings;
import io.apprentice.pose.prediction.SurfaceCodes;
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

/**
 * How long do value and gradients of the alignment take, for 16 images with 8 keypoints and 10 cells on either side, and for 4 images
 * with 256 codes of 16 bits on either side?
 */
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
    private static final int CODE_IMAGES = 4;
    private static final int CODES = 256;
    private static final int BITS = 16;

    /** Threads that share the batch. */
    @Param({"1", "2"})
    public int threads;

    private final DistributionAlignment official = DistributionAlignment.official(SinkhornSettings.OFFICIAL);
    private final DistributionAlignment scaleAware = DistributionAlignment.scaleAware();
    private final List<Predictions> batch = new ArrayList<>();
    private final List<Predictions> codes = new ArrayList<>();

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

    /** Codes all over a surface; the student's are the teacher's, less sure and with noise. */
    @Setup
    public void codes() {
        SplittableRandom random = new SplittableRandom(2);
        for (int image = 0; image < CODE_IMAGES; image++) {
            double[] student = new double[CODES * BITS];
            float[] teacher = new float[CODES * BITS];
            float[] scores = new float[CODES];
            for (int i = 0; i < student.length; i++) {
                double logit = random.nextDouble(-6, 6);
                teacher[i] = (float) (1 / (1 + Math.exp(-logit)));
                student[i] = 1 / (1 + Math.exp(-logit / 2 + random.nextGaussian()));
                scores[i / BITS] = (float) random.nextDouble(0.5, 1);
            }
            double[] logits = random.doubles(CODES, -1, 4).toArray();
            SurfaceCodes given = new SurfaceCodes(BITS, scores, new float[2 * CODES], teacher);
            codes.add(Predictions.ofCodes(student, logits, given, new int[0]));
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

    /** Codes, in the official setting. */
    @Benchmark
    public List<Alignment.Result> officialOfCodes() {
        return official.measure(codes, threads);
    }

    /** Codes, masses of one. */
    @Benchmark
    public List<Alignment.Result> scaleAwareOfCodes() {
        return scaleAware.measure(codes, threads);
    }

    /** Points in units of the object's size. */
    @Benchmark
    public List<Alignment.Result> scaleAware() {
        return scaleAware.measure(batch, threads);
    }
}
