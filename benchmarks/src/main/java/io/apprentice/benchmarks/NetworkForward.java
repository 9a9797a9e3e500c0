package io.apprentice.benchmarks;

import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.network.WdrNetArchitecture;
import java.util.Map;
import java.util.Random;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long does a network of official width take from the bytes of a 256 x 256 crop to its outputs, on two threads? */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class NetworkForward {
    private static final int SIZE = 256;

    /** The student's and the teachers' backbones. */
    @Param({"DARKNET_TINY_H", "DARKNET_TINY", "DARKNET53"})
    public Backbone backbone;

    /** Bits of the codes of a dense network; 0: votes. */
    @Param({"0", "12"})
    public int codeBits;

    /** Number format inside. */
    @Param({"FLOAT32", "BFLOAT16"})
    public Precision precision;

    /** Crops per call. */
    @Param("1")
    public int crops;

    private WdrNet network;
    private byte[] rgb;

    /** Untrained weights take as long as trained ones. */
    @Setup
    public void compile() {
        TorchRuntime.useThreads(2);
        WdrNetArchitecture architecture =
                new WdrNetArchitecture(backbone, 1, backbone.officialPyramidWidth(), codeBits, 0, 0);
        network = new WdrNet(NetworkWeights.initial(architecture, 1, Map.of()), precision);
        rgb = new byte[crops * SIZE * SIZE * 3];
        new Random(1).nextBytes(rgb);
    }

    /** One call. */
    @Benchmark
    public WdrNet.Output run() {
        return network.run(rgb, crops, SIZE, SIZE);
    }

    /** Frees it. */
    @TearDown
    public void close() {
        network.close();
    }
}
