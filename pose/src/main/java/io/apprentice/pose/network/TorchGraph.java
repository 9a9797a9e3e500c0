package io.apprentice.pose.network;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
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
        TorchRuntime.initialise();
        model = Model.newInstance("net", TorchRuntime.device());
        String source = WdrNetGraph.describe(architecture, mode).source(precision, rgbBytes);
        try {
            model.load(new ByteArrayInputStream(TorchScriptArchive.of(source)), Map.of("trainParam", "true"));
        } catch (IOException | MalformedModelException e) {
            model.close();
            throw new IllegalStateException("the engine refuses the graph of " + architecture, e);
        }
        manager = model.getNDManager().newSubManager();
        noParameters = new ParameterStore(manager, false);
    }

    /** For arrays that live as long as the graph. */
    NDManager manager() {
        return manager;
    }

    NDList forward(NDList inputs, boolean training) {
        return model.getBlock().forward(noParameters, inputs, training);
    }

    @Override
    public void close() {
        manager.close();
        model.close();
    }
}
