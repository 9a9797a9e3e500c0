package io.apprentice.pose.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;

/** A network ready to answer: batch normalisation folded, one engine call per batch. Not thread-safe. */
public final class WdrNet implements CropNetwork {

    private static final int LARGEST_BATCH = 16;
    private static final int LARGEST_BATCH_OF_A_GPU = 64;

    /**
     * What the network says about a batch of crops.
     *
     * @param cells cells per crop, levels from fine to coarse, each in raster order
     * @param logits {@code [batch, cells, classes]}
     * @param values {@code [batch, cells, classes * numbers]}: votes or the logits of codes, see {@link
     *     io.apprentice.pose.prediction.LocalHead}
     * @param features the pyramid's levels or the decoder's last map, {@code [batch, cells, pyramid width]}; empty if not asked
     *     for
     */
    public record Output(int cells, float[] logits, float[] values, float[] features) {}

    private final NetworkWeights weights;
    private final TorchGraph graph;
    private final IValue prepared;

    /** Compiles the graph and takes the weights. */
    public WdrNet(NetworkWeights weights, Precision precision) {
        this(weights, precision, false);
    }

    /** The same, with the pyramid's levels among the outputs if {@code features}. */
    public WdrNet(NetworkWeights weights, Precision precision, boolean features) {
        this.weights = weights.withoutAuxiliary();
        GraphMode mode = features ? GraphMode.FOLDED_WITH_FEATURES : GraphMode.FOLDED;
        graph = new TorchGraph(this.weights.architecture(), mode, precision, true);
        try (NDArray folded = graph.manager().create(this.weights.folded())) {
            prepared = graph.prepare(folded);
        }
    }

    /** The weights as given. */
    public NetworkWeights weights() {
        return weights;
    }

    /**
     * Runs a batch.
     *
     * @param rgb crops one after the other, each height x width x 3 bytes RGB
     * @param batch number of crops, at least 1
     * @param width width of a crop, pixels, a multiple of the architecture's {@link WdrNetArchitecture#cropStep()}
     * @param height height of a crop, likewise
     */
    public Output run(byte[] rgb, int batch, int width, int height) {
        if (rgb.length < batch * width * height * 3) {
            throw wrongSize(rgb.length, batch, width, height);
        }
        ByteBuffer bytes = graph.manager().allocateDirect(batch * width * height * 3);
        return run(bytes.put(rgb, 0, bytes.capacity()).rewind(), batch, width, height);
    }

    /** The same; the bytes go to the device at once, in one transfer. */
    @Override
    public Output run(ByteBuffer rgb, int batch, int width, int height) {
        if (!rgb.isDirect() || rgb.position() != 0 || rgb.limit() != batch * width * height * 3) {
            throw wrongSize(rgb.limit(), batch, width, height);
        }
        try (NDManager manager = graph.manager().newSubManager()) {
            NDArray x = manager.create(rgb, new Shape(batch, height, width, 3), DataType.UINT8);
            NDList out = graph.forward(x, prepared);
            int cells = (int) out.get(0).getShape().get(1);
            float[] features = out.size() > 2 ? TorchGraph.floats(out.get(2)) : new float[0];
            return new Output(cells, TorchGraph.floats(out.get(0)), TorchGraph.floats(out.get(1)), features);
        }
    }

    private static IllegalArgumentException wrongSize(int bytes, int batch, int width, int height) {
        return new IllegalArgumentException(
                "crops: expected %d x %d x %d x 3 bytes, got %d".formatted(batch, height, width, bytes));
    }

    @Override
    public ByteBuffer allocate(int bytes) {
        return TorchRuntime.device().isGpu()
                ? CropMemory.allocate(graph.manager(), bytes, true)
                : CropNetwork.super.allocate(bytes);
    }

    @Override
    public int largestBatch() {
        return TorchRuntime.device().isGpu() ? LARGEST_BATCH_OF_A_GPU : LARGEST_BATCH;
    }

    @Override
    public void close() {
        prepared.close();
        graph.close();
    }
}
