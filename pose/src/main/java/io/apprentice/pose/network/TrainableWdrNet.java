package io.apprentice.pose.network;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A network whose loss is computed outside the engine: it runs forward, hands the outputs over, takes the loss's gradient
 * with respect to them, and runs backward. Not thread-safe.
 */
public final class TrainableWdrNet implements AutoCloseable {

    /**
     * Outputs of a batch, or the gradient of a loss with respect to them, of the same shapes.
     *
     * @param cells cells per crop
     * @param logits {@code [batch, cells, classes]}
     * @param values {@code [batch, cells, classes * numbers]}: votes or the logits of codes
     * @param patchCells cells of the levels that carry patches; 0 without
     * @param patches {@code [batch, patchCells, patches]}; empty without
     * @param features {@code [batch, cells, features]}; empty without
     */
    public record Outputs(
            int cells, float[] logits, float[] values, int patchCells, float[] patches, float[] features) {

        /** Zeros of the same shapes. */
        public Outputs zeros() {
            return new Outputs(
                    cells,
                    new float[logits.length],
                    new float[values.length],
                    patchCells,
                    new float[patches.length],
                    new float[features.length]);
        }
    }

    /** DJL collects gradients for one network of the process at a time, and refuses a second; so they take turns, by step. */
    private static final Lock COLLECTING = new ReentrantLock(true);

    private final WdrNetArchitecture architecture;
    private final TorchGraph graph;

    /** Compiles the training graph. */
    public TrainableWdrNet(WdrNetArchitecture architecture, Precision precision) {
        this.architecture = architecture;
        graph = new TorchGraph(architecture, GraphMode.TRAINING, precision, true);
    }

    /** The network's shape. */
    public WdrNetArchitecture architecture() {
        return architecture;
    }

    /**
     * One forward and backward pass with batch statistics; waits while another network of the process is at one.
     *
     * @param parameters the flat parameters; not modified
     * @param buffers the running statistics; updated in place
     * @param rgb crops one after the other, each size x size x 3 bytes RGB
     * @param batch number of crops
     * @param size side of a crop, pixels
     * @param loss takes the outputs, returns the gradient of the loss with respect to them
     * @return the gradient of the loss with respect to the parameters
     */
    public float[] gradient(
            float[] parameters, float[] buffers, byte[] rgb, int batch, int size, Function<Outputs, Outputs> loss) {
        COLLECTING.lock();
        try (NDManager manager = graph.manager().newSubManager();
                GradientCollector collector =
                        Engine.getEngine(TorchRuntime.ENGINE).newGradientCollector()) {
            ByteBuffer bytes = manager.allocateDirect(batch * size * size * 3);
            bytes.put(rgb, 0, batch * size * size * 3).rewind();
            NDArray x = manager.create(bytes, new Shape(batch, size, size, 3), DataType.UINT8);
            NDArray w = manager.create(parameters);
            w.setRequiresGradient(true);
            NDArray b = manager.create(buffers);
            NDList out = graph.forward(new NDList(x, w, b), true);
            out.attach(manager);
            boolean patches = architecture.patches() > 0;
            boolean features = architecture.features() > 0;
            Outputs outputs = new Outputs(
                    (int) out.get(0).getShape().get(1),
                    TorchGraph.floats(out.get(0)),
                    TorchGraph.floats(out.get(1)),
                    patches ? (int) out.get(2).getShape().get(1) : 0,
                    patches ? TorchGraph.floats(out.get(2)) : new float[0],
                    features ? TorchGraph.floats(out.get(out.size() - 1)) : new float[0]);
            Outputs gradients = loss.apply(outputs);
            NDArray total = weighted(manager, out.get(0), gradients.logits())
                    .add(weighted(manager, out.get(1), gradients.values()));
            if (patches) {
                total = total.add(weighted(manager, out.get(2), gradients.patches()));
            }
            if (features) {
                total = total.add(weighted(manager, out.get(out.size() - 1), gradients.features()));
            }
            collector.backward(total);
            float[] updated = TorchGraph.floats(b);
            System.arraycopy(updated, 0, buffers, 0, buffers.length);
            try (NDArray gradient = w.getGradient()) {
                return TorchGraph.floats(gradient);
            }
        } catch (EngineException e) {
            throw EngineFailure.of(e, "a training step of %d crops of %d pixels".formatted(batch, size));
        } finally {
            COLLECTING.unlock();
        }
    }

    private static NDArray weighted(NDManager manager, NDArray output, float[] gradient) {
        return output.mul(manager.create(gradient, output.getShape())).sum();
    }

    @Override
    public void close() {
        graph.close();
    }
}
