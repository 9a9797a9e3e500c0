package io.apprentice.pose.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;

/** A network ready to answer: batch normalisation folded, one engine call per batch. Not thread-safe. */
public final class WdrNet implements AutoCloseable {

    /**
     * What the network says about a batch of crops.
     *
     * @param cells cells per crop, levels from fine to coarse, each in raster order
     * @param logits {@code [batch, cells, classes]}
     * @param votes {@code [batch, cells, classes * 16]}, per class x of the keypoints, then y, in anchors
     * @param features the pyramid's levels, {@code [batch, cells, pyramid width]}; empty if not asked for
     */
    public record Output(int cells, float[] logits, float[] votes, float[] features) {}

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
            throw new IllegalArgumentException(
                    "crops: expected %d x %d x %d x 3 bytes, got %d".formatted(batch, height, width, rgb.length));
        }
        try (NDManager manager = graph.manager().newSubManager()) {
            ByteBuffer bytes = manager.allocateDirect(batch * width * height * 3);
            bytes.put(rgb, 0, batch * width * height * 3).rewind();
            NDArray x = manager.create(bytes, new Shape(batch, height, width, 3), DataType.UINT8);
            NDList out = graph.forward(x, prepared);
            int cells = (int) out.get(0).getShape().get(1);
            float[] features = out.size() > 2 ? TorchGraph.floats(out.get(2)) : new float[0];
            return new Output(cells, TorchGraph.floats(out.get(0)), TorchGraph.floats(out.get(1)), features);
        }
    }

    @Override
    public void close() {
        prepared.close();
        graph.close();
    }
}
