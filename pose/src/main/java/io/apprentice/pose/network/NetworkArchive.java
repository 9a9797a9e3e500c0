package io.apprentice.pose.network;

/**
 * The TorchScript archives that the engine loads on a GPU, for use without Java; they can be compiled on a machine
 * without a GPU.
 *
 * <p>A network's graph for a GPU differs from one for the CPU in one way: its convolutions are PyTorch's, not oneDNN's. Weights
 * are inputs and not part of an archive.
 */
public final class NetworkArchive {

    private NetworkArchive() {}

    /**
     * The archive that {@link WdrNet} loads on a GPU. Method {@code prepare} takes the folded parameters, one flat
     * float32 vector, and returns a list; {@code forward} takes crops, uint8 {@code [n, h, w, 3]} RGB, and that list;
     * it returns logits {@code [n, cells, classes]} and votes {@code [n, cells, classes * 16]}, float32.
     *
     * @param architecture auxiliary outputs are left out
     * @return the bytes of a {@code .pt} file
     */
    public static byte[] inference(WdrNetArchitecture architecture, Precision precision) {
        return of(architecture.withAuxiliary(0, 0), GraphMode.FOLDED, precision, true, false);
    }

    /**
     * The archive that {@link TrainableWdrNet} loads on a GPU. Its {@code forward} takes crops, uint8
     * {@code [n, h, w, 3]} RGB, the parameters and the buffers, each one flat float32 vector; it updates the buffers in
     * place, and returns logits, votes, and the auxiliary outputs of the architecture: patches
     * {@code [n, cells of two levels, patches]}, features {@code [n, cells, features]}.
     *
     * @return the bytes of a {@code .pt} file
     */
    public static byte[] training(WdrNetArchitecture architecture, Precision precision) {
        return of(architecture, GraphMode.TRAINING, precision, true, false);
    }

    /**
     * The archive that gives {@link WdrNet} memory for crops. Its {@code forward} takes a number of bytes and whether they are to be
     * pinned; it returns an array of uint8 in the host's memory, its values unset.
     *
     * @return the bytes of a {@code .pt} file
     */
    public static byte[] memory() {
        return CropMemory.archive();
    }

    static byte[] of(
            WdrNetArchitecture architecture, GraphMode mode, Precision precision, boolean rgbBytes, boolean fused) {
        TorchScriptSource source = new TorchScriptSource(mode, fused);
        WdrNetGraph graph = WdrNetGraph.describe(architecture, mode, source);
        return TorchScriptArchive.of(source.text(graph, precision, rgbBytes));
    }
}
