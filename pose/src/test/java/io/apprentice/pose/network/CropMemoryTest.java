package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CropMemoryTest {

    private static final int BYTES = 64 * 128 * 128 * 3;

    @BeforeEach
    void initialise() {
        TorchRuntime.initialise();
    }

    @Test
    void allocate_givesMemoryThatJavaWritesAndTheEngineReads() {
        try (NDManager manager = NDManager.newBaseManager(TorchRuntime.device(), TorchRuntime.ENGINE)) {
            ByteBuffer memory = CropMemory.allocate(manager, BYTES, false);
            assertThat(memory.isDirect()).isTrue();
            assertThat(memory.capacity()).isEqualTo(BYTES);
            for (int i = 0; i < BYTES; i++) {
                memory.put(i, (byte) (i % 251));
            }
            NDArray read = manager.create(memory, new Shape(BYTES), DataType.UINT8);
            byte[] bytes = read.toByteArray();
            for (int i = 0; i < BYTES; i++) {
                assertThat(bytes[i]).isEqualTo((byte) (i % 251));
            }
        }
    }

    @Test
    void allocate_whereNothingCanBePinned_givesOrdinaryMemory() {
        assumeFalse(TorchRuntime.device().isGpu(), "there is a GPU, which pins");
        try (NDManager manager = NDManager.newBaseManager(TorchRuntime.device(), TorchRuntime.ENGINE)) {
            ByteBuffer memory = CropMemory.allocate(manager, BYTES, true);
            assertThat(memory.isDirect()).isTrue();
            assertThat(memory.capacity()).isEqualTo(BYTES);
        }
    }
}
