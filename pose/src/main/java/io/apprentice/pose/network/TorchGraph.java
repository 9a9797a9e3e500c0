package io.apprentice.pose.network;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/** A compiled graph in the engine; not thread-safe. */
final class TorchGraph implements AutoCloseable {

    private final Model model;
    private final NDManager manager;
    private final ParameterStore noParameters;

    TorchGraph(WdrNetArchitecture architecture, GraphMode mode, Precision precision, boolean rgbBytes) {
        this(archiveForThisDevice(architecture, mode, precision, rgbBytes), architecture.toString());
    }

    /** Of an archive; {@code name} says in an error what it is. */
    TorchGraph(byte[] archive, String name) {
        TorchRuntime.initialise();
        model = Model.newInstance("net", TorchRuntime.device());
        try {
            model.load(new ByteArrayInputStream(archive), Map.of("trainParam", "true"));
        } catch (IOException | MalformedModelException e) {
            model.close();
            throw new IllegalStateException("the engine refuses the graph of " + name, e);
        }
        manager = model.getNDManager().newSubManager();
        noParameters = new ParameterStore(manager, false);
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
            return model.getBlock().forward(noParameters, inputs, training);
        } catch (EngineException e) {
            throw EngineFailure.of(e, "crops of shape " + inputs.get(0).getShape());
        }
    }

    /** Of a folded graph: casts the parameters and lays them out, once; to be closed before the graph. */
    IValue prepare(NDArray parameters) {
        try (IValue w = IValue.from((PtNDArray) parameters)) {
            return IValueUtils.runMethod((PtSymbolBlock) model.getBlock(), "prepare", w);
        } catch (EngineException e) {
            throw EngineFailure.of(e, "the network's weights");
        }
    }

    /** Of a folded graph: the outputs, attached to the manager of {@code x}. */
    NDList forward(NDArray x, IValue prepared) {
        try (IValue input = IValue.from((PtNDArray) x);
                IValue output = IValueUtils.forward((PtSymbolBlock) model.getBlock(), new IValue[] {input, prepared})) {
            return output.toNDList((PtNDManager) x.getManager());
        } catch (EngineException e) {
            throw EngineFailure.of(e, "crops of shape " + x.getShape());
        }
    }

    @Override
    public void close() {
        manager.close();
        model.close();
    }
}
