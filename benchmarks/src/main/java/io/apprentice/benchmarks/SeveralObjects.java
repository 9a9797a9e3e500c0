package io.apprentice.benchmarks;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TensorSpec;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.network.onnx.FastestNetwork;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.wire.DecodedFrame;
import io.apprentice.wire.FrameMapping;
import java.io.IOException;
import java.time.Instant;
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

/**
 * How long does the student take from a JPEG of 640 x 480 to the poses of several objects, where the last poses lead to
 * all of them? Network and threads are those of the inference in live mode. The objects are one parcel under several names, the network is the parcel's with its last layer repeated.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SeveralObjects {
    private static final int QUALITY = 90;

    /** How many. */
    @Param({"1", "2", "4", "8", "16"})
    public int objects;

    private Workers workers;
    private PoseEstimator estimator;
    private List<String> names;
    private Frame frame;
    private final LastPoses last = new LastPoses(1);

    /** Films a frame and repeats the network's last layer. */
    @Setup
    public void film() throws IOException {
        TorchRuntime.useThreads(1);
        workers = Workers.of(Math.min(objects, Runtime.getRuntime().availableProcessors()), "crops");
        ObjectModel parcel = Parcel.model();
        names = IntStream.range(0, objects).mapToObj(i -> "parcel-" + i).toList();
        estimator = new PoseEstimator(
                repeated(NetworkWeights.read(Servers.model("student-parcel.safetensors"))),
                names.stream()
                        .map(name -> new ObjectModel(
                                name, parcel.mesh(), parcel.keypoints(), parcel.diameter(), parcel.symmetries()))
                        .toList(),
                FastestNetwork::of,
                workers);
        SyntheticFrame seen = new SyntheticCamera(List.of(parcel), SceneSettings.of(3)).frame(0);
        frame = FrameMapping.toRecord(
                "film",
                0,
                Instant.EPOCH,
                ImageEncoding.JPEG,
                seen.intrinsics(),
                ImageCodec.encodeJpeg(seen.image(), QUALITY));
        names.forEach(name ->
                last.update("film", name, Optional.of(seen.truth().get(0).objectToCamera())));
        if (frameToPoses().stream().anyMatch(estimate -> estimate.pose().isEmpty())) {
            throw new IllegalStateException("expected every parcel to be found at once");
        }
    }

    private NetworkWeights repeated(NetworkWeights one) {
        WdrNetArchitecture several = new WdrNetArchitecture(
                one.architecture().backbone(), objects, one.architecture().pyramidWidth());
        NetworkWeights start = one.withoutAuxiliary().asStartOf(several, 1);
        for (TensorSpec tensor : several.parameters()) {
            for (TensorSpec source : one.architecture().parameters()) {
                if (tensor.name().equals(source.name()) && tensor.size() == objects * source.size()) {
                    for (int i = 0; i < objects; i++) {
                        System.arraycopy(
                                one.parameters(),
                                source.offset(),
                                start.parameters(),
                                tensor.offset() + i * source.size(),
                                source.size());
                    }
                }
            }
        }
        return start.withMetadata(
                Map.of(NetworkWeights.OBJECTS, String.join(",", names), NetworkWeights.CROP_SIZE, "" + one.cropSize()));
    }

    /** One frame. */
    @Benchmark
    public List<Estimate> frameToPoses() throws IOException {
        return estimator.estimate(DecodedFrame.of(frame).queries(names, estimator.cropSize(), last));
    }

    /** Frees the network. */
    @TearDown
    public void close() {
        estimator.close();
        workers.close();
    }
}
