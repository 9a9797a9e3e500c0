package io.apprentice.pose.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory of the machine that a GPU reads by itself: pinned, so that the driver need not copy crops to memory of its own first. DJL
 * cannot pin memory, so a graph asks PyTorch for it.
 */
final class CropMemory {

    private static final Logger LOG = LoggerFactory.getLogger(CropMemory.class);

    private CropMemory() {}

    /** The graph: a number of bytes and whether to pin them, to an array of as many. */
    static byte[] archive() {
        return TorchScriptArchive.of("""
                  def forward(self: __torch__.Net, bytes: int, pinned: bool) -> Tensor:
                    return torch.empty([bytes], dtype=0, layout=None, device=torch.device("cpu"), pin_memory=pinned)
                """);
    }

    /**
     * A direct buffer.
     *
     * @param owner the memory is freed when this is closed, and may not be used afterwards
     * @param pinned if there is none to be had, a warning says so, and the memory is ordinary
     */
    static ByteBuffer allocate(NDManager owner, int bytes, boolean pinned) {
        try (IValue size = IValue.from(bytes);
                IValue pin = IValue.from(pinned);
                IValue memory = IValueUtils.forward(
                        TorchGraph.compiled(archive(), "memory for crops"), new IValue[] {size, pin})) {
            PtNDArray array = memory.toTensor((PtNDManager) owner);
            return array.toByteBuffer(true);
        } catch (EngineException e) {
            LOG.warn("Crops go to the device from memory that is not pinned, which is slower: {}", reason(e));
            return ByteBuffer.allocateDirect(bytes);
        }
    }

    /** A graph's failure begins with where it was and ends with what it was. */
    private static String reason(EngineException failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .reduce("", (first, last) -> last);
    }
}
