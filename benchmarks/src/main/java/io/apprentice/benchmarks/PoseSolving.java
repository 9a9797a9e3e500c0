package io.apprentice.benchmarks;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SurfaceSpread;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.SurfaceCodes;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.scene.NamedObjects;
import java.io.IOException;
import java.util.Optional;
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

/** How long does a pose take from the votes of ten cells for eight keypoints, or from 1,000 surface codes, a share of them wrong? */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PoseSolving {
    private static final int CELLS = 10;
    private static final int CODES = 1000;
    private static final int BITS = 12;

    /** Share of votes that are anywhere; the others have 1.5 pixels of noise. */
    @Param({"0", "0.3"})
    public double outliers;

    private final EpnpRansac solver = new EpnpRansac();
    private final CameraIntrinsics camera = new CameraIntrinsics(600, 600, 319.5, 239.5, 640, 480);
    private ObjectModel object;
    private KeypointVotes votes;
    private SurfaceCodes codes;

    /** A parcel 0.9 metres away. */
    @Setup
    public void votes() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        object = NamedObjects.load("parcel", "builtin:parcel");
        Se3 objectToCamera = new Se3(Quaternion.about(new Vec3(0.7, -0.4, 0.2), 0.8), new Vec3(0.05, -0.02, 0.9));
        float[] points = new float[CELLS * 16];
        float[] scores = new float[CELLS];
        for (int i = 0; i < points.length / 2; i++) {
            Vec3 point = objectToCamera.transform(object.keypoints().get(i % 8));
            boolean wrong = random.nextDouble() < outliers;
            points[2 * i] =
                    (float) (wrong ? random.nextDouble(640) : camera.projectX(point) + 1.5 * random.nextGaussian());
            points[2 * i + 1] =
                    (float) (wrong ? random.nextDouble(480) : camera.projectY(point) + 1.5 * random.nextGaussian());
            scores[i / 8] = (float) random.nextDouble(0.3, 0.95);
        }
        votes = new KeypointVotes(8, scores, points);
        codes = codes(objectToCamera, random);
    }

    private SurfaceCodes codes(Se3 objectToCamera, SplittableRandom random) {
        SurfaceCodebook codebook = SurfaceCodebook.of(object.mesh(), BITS);
        double[] surface = SurfaceSpread.points(object.mesh(), CODES);
        float[] points = new float[2 * CODES];
        float[] scores = new float[CODES];
        float[] probabilities = new float[CODES * BITS];
        for (int i = 0; i < CODES; i++) {
            Vec3 point = new Vec3(surface[3 * i], surface[3 * i + 1], surface[3 * i + 2]);
            Vec3 seen = objectToCamera.transform(point);
            boolean wrong = random.nextDouble() < outliers;
            int code = wrong ? random.nextInt(1 << BITS) : codebook.code(point.x(), point.y(), point.z());
            points[2 * i] = (float) (camera.projectX(seen) + 1.5 * random.nextGaussian());
            points[2 * i + 1] = (float) (camera.projectY(seen) + 1.5 * random.nextGaussian());
            scores[i] = (float) random.nextDouble(0.5, 1);
            for (int bit = 0; bit < BITS; bit++) {
                double sure = random.nextDouble(0.5, 1);
                probabilities[i * BITS + bit] = (float) ((code >> (BITS - 1 - bit) & 1) == 1 ? sure : 1 - sure);
            }
        }
        return new SurfaceCodes(BITS, scores, points, probabilities);
    }

    /** From codes to surface points to a pose. */
    @Benchmark
    public Optional<PnpSolution> solveCodes() {
        return solver.solve(object, codes, camera);
    }

    /** EPnP in RANSAC, then refinement. */
    @Benchmark
    public Optional<PnpSolution> solve() {
        return solver.solve(object.keypoints(), votes, camera);
    }
}
