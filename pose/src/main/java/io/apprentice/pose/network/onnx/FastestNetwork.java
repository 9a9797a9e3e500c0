package io.apprentice.pose.network.onnx;

import ai.onnxruntime.OrtEnvironment;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.network.WdrNetArchitecture;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks that answer single crops as fast as this machine can: by PyTorch in its fastest precision, or by ONNX Runtime in
 * float32. Which of them is faster depends on the processor, the network and its crops, so both are tried at the first network of
 * a shape ({@code docs/decisions/onnx-runtime.md}). Thread-safe.
 */
public final class FastestNetwork {

    private static final Logger LOG = LoggerFactory.getLogger(FastestNetwork.class);
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 9;
    /** So much faster ONNX Runtime must be: the two must not change places by chance. */
    private static final double WORTH = 1.2;
    /** Parameters of the largest network that is tried on it: in larger ones arithmetic decides, and PyTorch has bfloat16. */
    private static final int LARGEST = 5_000_000;

    private static final Map<Shape, Boolean> ONNX_IS_FASTER = new HashMap<>();

    private FastestNetwork() {}

    private record Shape(WdrNetArchitecture architecture, int cropSize) {}

    /** The network with these weights on the faster of the two; on a GPU, PyTorch. */
    public static CropNetwork of(NetworkWeights weights) {
        Precision precision = TorchRuntime.fastestPrecision();
        if (TorchRuntime.isGpu() || weights.parameters().length > LARGEST) {
            return new WdrNet(weights, precision);
        }
        Optional<OrtEnvironment> onnx = OnnxLibrary.environment();
        if (onnx.isEmpty()) {
            return new WdrNet(weights, precision);
        }
        synchronized (ONNX_IS_FASTER) {
            Shape shape = new Shape(weights.architecture().withAuxiliary(0, 0), weights.cropSize());
            Boolean known = ONNX_IS_FASTER.get(shape);
            if (known == null) {
                known = compare(weights, precision, onnx.get());
                ONNX_IS_FASTER.put(shape, known);
            }
            return known ? new OnnxNet(onnx.get(), weights, TorchRuntime.threads()) : new WdrNet(weights, precision);
        }
    }

    private static boolean compare(NetworkWeights weights, Precision precision, OrtEnvironment onnx) {
        try (CropNetwork torch = new WdrNet(weights, precision);
                CropNetwork other = new OnnxNet(onnx, weights, TorchRuntime.threads())) {
            double[][] millis = new double[2][ROUNDS];
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                millis[0][Math.max(0, round)] = millis(torch, weights.cropSize());
                millis[1][Math.max(0, round)] = millis(other, weights.cropSize());
            }
            double byTorch = median(millis[0]);
            double byOnnx = median(millis[1]);
            boolean faster = byOnnx * WORTH < byTorch;
            LOG.info(
                    "Single crops of {} pixels are answered by {}: {} ms by PyTorch, {} by ONNX Runtime",
                    weights.cropSize(),
                    faster ? "ONNX Runtime" : "PyTorch",
                    Math.round(10 * byTorch) / 10.0,
                    Math.round(10 * byOnnx) / 10.0);
            return faster;
        }
    }

    private static double millis(CropNetwork network, int size) {
        ByteBuffer crop = ByteBuffer.allocateDirect(size * size * 3);
        long start = System.nanoTime();
        network.run(crop, 1, size, size);
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
