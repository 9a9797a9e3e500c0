package io.apprentice.pose.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A graph in the engine, with the arrays of one network; not thread-safe. Weights are inputs of a graph, so all networks of a shape
 * share one compiled graph, which stays for the life of the process: a guard that reviews a version every minute compiles once.
 */
final class TorchGraph implements AutoCloseable {

    private static final Map<ByteBuffer, PtSymbolBlock> COMPILED = new HashMap<>();

    private final PtSymbolBlock block;
    private final NDManager manager;
    private final ParameterStore noParameters;

    TorchGraph(WdrNetArchitecture architecture, GraphMode mode, Precision precision, boolean rgbBytes) {
        this(archiveForThisDevice(architecture, mode, precision, rgbBytes), architecture.toString());
    }

    /** Of an archive; {@code name} says in an error what it is. */
    TorchGraph(byte[] archive, String name) {
        TorchRuntime.initialise();
        block = compiled(archive, name);
        manager = NDManager.newBaseManager(TorchRuntime.device(), TorchRuntime.ENGINE);
        noParameters = new ParameterStore(manager, false);
    }

    static PtSymbolBlock compiled(byte[] archive, String name) {
        synchronized (COMPILED) {
            return COMPILED.computeIfAbsent(ByteBuffer.wrap(archive), key -> compile(archive, name));
        }
    }

    /** Through {@link JniUtils}: DJL's {@code Model} makes a temporary folder for each graph. */
    private static PtSymbolBlock compile(byte[] archive, String name) {
        PtNDManager owner = (PtNDManager) NDManager.newBaseManager(TorchRuntime.device(), TorchRuntime.ENGINE);
        try {
            return JniUtils.loadModule(owner, new ByteArrayInputStream(archive), false, false);
        } catch (IOException | EngineException e) {
            owner.close();
            throw new IllegalStateException("the engine refuses the graph of " + name, e);
        }
    }

    /** How many graphs this process has compiled. */
    static int compiledGraphs() {
        synchronized (COMPILED) {
            return COMPILED.size();
        }
    }

    private static byte[] archiveForThisDevice(
            WdrNetArchitecture architecture, GraphMode mode, Precision precision, boolean rgbBytes) {
        TorchRuntime.initialise();
        return NetworkArchive.of(architecture, mode, precision, rgbBytes, TorchRuntime.fusesConvolutions(precision));
    }

    /** For arrays that live as long as the graph. */
    NDManager manager() {
        return manager;
    }

    NDList forward(NDList inputs, boolean training) {
        try {
            return block.forward(noParameters, inputs, training);
        } catch (EngineException e) {
            throw EngineFailure.of(e, "crops of shape " + inputs.get(0).getShape());
        }
    }

    /** Of a folded graph: casts the parameters and lays them out, once; to be closed before the graph. */
    IValue prepare(NDArray parameters) {
        try (IValue w = IValue.from((PtNDArray) parameters)) {
            return IValueUtils.runMethod(block, "prepare", w);
        } catch (EngineException e) {
            throw EngineFailure.of(e, "the network's weights");
        }
    }

    /** Of a folded graph: the outputs, attached to the manager of {@code x}. */
    NDList forward(NDArray x, IValue prepared) {
        try (IValue input = IValue.from((PtNDArray) x);
                IValue output = IValueUtils.forward(block, new IValue[] {input, prepared})) {
            return output.toNDList((PtNDManager) x.getManager());
        } catch (EngineException e) {
            throw EngineFailure.of(e, "crops of shape " + x.getShape());
        }
    }

    /** The values of an array of floats, in order. */
    static float[] floats(NDArray array) {
        FloatBuffer buffer = array.toByteBuffer().asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @Override
    public void close() {
        manager.close();
    }
}
