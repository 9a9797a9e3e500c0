package io.apprentice.pose.network.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNet;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/** A network on ONNX Runtime, float32, on the processor; crops of the size that its file names. Thread-safe but for {@link #close}. */
final class OnnxNet implements CropNetwork {

    private static final int LARGEST_BATCH = 16;
    private static final int MOST_CALLS = 64;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final int cropSize;

    /**
     * Compiles.
     *
     * @param threads for one operation, at least 1; 1 is the caller's
     */
    OnnxNet(OrtEnvironment environment, NetworkWeights weights, int threads) {
        this.environment = environment;
        cropSize = weights.cropSize();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0"); // others need the cores meanwhile
            session = environment.createSession(OnnxModel.of(weights), options);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refuses the network: " + e.getMessage(), e);
        }
    }

    @Override
    public WdrNet.Output run(ByteBuffer rgb, int batch, int width, int height) {
        if (width != cropSize || height != cropSize || rgb.limit() != batch * width * height * 3) {
            throw new IllegalArgumentException("crops: expected %d x %d x %d x 3 bytes, got %d of %d x %d"
                    .formatted(batch, cropSize, cropSize, rgb.limit(), height, width));
        }
        long[] shape = {batch, height, width, 3};
        try (OnnxTensor crops = OnnxTensor.createTensor(environment, rgb, shape, OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of(OnnxModel.CROPS, crops))) {
            OnnxTensor logits = (OnnxTensor) result.get(0);
            OnnxTensor values = (OnnxTensor) result.get(1);
            int cells = (int) logits.getInfo().getShape()[1];
            return new WdrNet.Output(cells, floats(logits), floats(values), new float[0]);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime fails on a batch of %d crops: %s".formatted(batch, e), e);
        }
    }

    private static float[] floats(OnnxTensor tensor) {
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @Override
    public int largestBatch() {
        return LARGEST_BATCH;
    }

    @Override
    public int callsAtATime() {
        return MOST_CALLS;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not free the network", e);
        }
    }
}
