package io.apprentice.benchmarks;

import io.apprentice.learning.fit.Recipe;
import io.apprentice.learning.step.StepLosses;
import io.apprentice.learning.step.TrainingSample;
import io.apprentice.learning.step.TrainingStep;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.TrainableWdrNet;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.NamedObjects;
import io.apprentice.scene.TrainingCrops;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long does the student of official width train on 8 crops of 256 x 256, on two threads? */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class StudentTraining {
    private static final int SIZE = 256;
    private static final int BATCH = 8;

    /** Number format inside. */
    @Param({"FLOAT32", "BFLOAT16"})
    public Precision precision;

    private NetworkWeights weights;
    private TrainableWdrNet network;
    private TrainingStep step;
    private List<TrainingSample> samples;
    private byte[] rgb;

    /** Synthetic crops of the parcel. */
    @Setup
    public void compile() throws IOException {
        TorchRuntime.useThreads(2);
        List<ObjectModel> objects = List.of(NamedObjects.load("parcel", "builtin:parcel"));
        WdrNetArchitecture architecture = new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 128);
        weights = NetworkWeights.initial(architecture, 1, Map.of(NetworkWeights.CROP_SIZE, Integer.toString(SIZE)));
        network = new TrainableWdrNet(architecture, precision);
        step = new TrainingStep(weights, objects, Recipe.OURS.losses(List.of(), 0), 1, precision);
        TrainingCrops crops =
                new TrainingCrops(objects, SIZE, new CropSettings(CropSettings.Views.UPPER, 0, Optional.empty()), 1);
        samples = IntStream.range(0, BATCH)
                .mapToObj(i -> TrainingSample.of(crops.crop(i)))
                .toList();
        rgb = new byte[BATCH * SIZE * SIZE * 3];
        for (int i = 0; i < BATCH; i++) {
            System.arraycopy(samples.get(i).rgb(), 0, rgb, i * SIZE * SIZE * 3, SIZE * SIZE * 3);
        }
    }

    /** Forward and backward, the gradient at the outputs given. */
    @Benchmark
    public float[] forwardAndBackward() {
        return network.gradient(weights.parameters(), weights.buffers(), rgb, BATCH, SIZE, outputs -> outputs);
    }

    /** The whole step: forward, losses, backward, clipped AdamW, average of the weights. */
    @Benchmark
    public StepLosses step() {
        return step.step(samples, 1e-4);
    }

    /** Frees both. */
    @TearDown
    public void close() {
        network.close();
        step.close();
    }
}
