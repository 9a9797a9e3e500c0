package io.apprentice.pose.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineChoiceTest {

    private static final LibTorch OURS = new LibTorch(Optional.empty(), "2.7.1+cpu", false);
    private static final LibTorch CUDA = new LibTorch(Optional.of(Path.of("/opt/torch/lib")), "2.7.1+cu128", true);
    private static final CudaDriver.Gpu GPU = new CudaDriver.Gpu("NVIDIA L4", 24L << 30, 89);
    private static final CudaDriver DRIVER = new CudaDriver(Optional.empty(), List.of(GPU));
    private static final CudaDriver NO_DRIVER = CudaDriver.ask("libno-such-driver.so.1");

    private static void assertRefused(LibTorch libtorch, CudaDriver driver, String... parts) {
        assertThatThrownBy(() -> EngineChoice.of(DeviceChoice.GPU, libtorch, driver))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("device: expected gpu, but ")
                .contains(parts)
                .doesNotContain("\n");
    }

    @Test
    void gpu_givenCudaLibTorchAndDriver_isUsed() {
        for (DeviceChoice asked : List.of(DeviceChoice.AUTO, DeviceChoice.GPU)) {
            assertThat(EngineChoice.of(asked, CUDA, DRIVER))
                    .isEqualTo(new EngineChoice(Optional.of(GPU), Optional.empty()));
        }
    }

    @Test
    void gpu_givenNoDriver_isRefused() {
        assertRefused(CUDA, NO_DRIVER, "there is no NVIDIA driver", "install it", "--gpus all");
    }

    @Test
    void gpu_givenCpuLibTorch_isRefused() {
        assertRefused(OURS, DRIVER, "libtorch from our jars is for the CPU", "PYTORCH_LIBRARY_PATH", "docs/gpu.md");
    }

    @Test
    void auto_givenOnlyOneOfTheTwo_runsOnTheCpuAndSaysWhatIsMissing() {
        EngineChoice idle = EngineChoice.of(DeviceChoice.AUTO, OURS, DRIVER);
        assertThat(idle.gpu()).isEmpty();
        assertThat(idle.advice().orElseThrow()).contains("NVIDIA L4, 24.0 GiB is not used", "PYTORCH_LIBRARY_PATH");
        EngineChoice driverless = EngineChoice.of(DeviceChoice.AUTO, CUDA, NO_DRIVER);
        assertThat(driverless.gpu()).isEmpty();
        assertThat(driverless.advice().orElseThrow()).contains("for CUDA", "no NVIDIA driver");
    }

    @Test
    void auto_givenNeither_isSilent() {
        assertThat(EngineChoice.of(DeviceChoice.AUTO, OURS, NO_DRIVER))
                .isEqualTo(new EngineChoice(Optional.empty(), Optional.empty()));
    }

    @Test
    void cpu_isTakenWhateverThereIs() {
        for (LibTorch libtorch : List.of(OURS, CUDA)) {
            assertThat(EngineChoice.of(DeviceChoice.CPU, libtorch, DRIVER).gpu())
                    .isEmpty();
        }
    }

    /** The message is PyTorch's, of a GPU. */
    @Test
    void failure_ofMemoryOnGpu_saysWhatToDo() {
        EngineException failure = new EngineException(
                "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 3.81 GiB\nException raised from malloc");
        assertThat(EngineFailure.of(failure, "crops of shape (64, 256, 256, 3)"))
                .hasMessageContaining("too little memory on the device for crops of shape (64, 256, 256, 3)")
                .hasMessageContaining("teacher.batch-size")
                .hasMessageContaining("total capacity of 3.81 GiB")
                .hasMessageNotContaining("Exception raised");
    }

    /** A thousand terabytes. */
    @Test
    void failure_ofMemoryOnCpu_saysWhatToDo() {
        TorchRuntime.initialise();
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu())) {
            EngineException failure =
                    catchThrowableOfType(EngineException.class, () -> manager.zeros(new Shape(1L << 48)));
            assertThat(EngineFailure.of(failure, "crops"))
                    .hasMessageContaining("too little memory on the device for crops");
        }
    }

    @Test
    void failure_ofAnythingElse_staysAsItIs() {
        EngineException failure = new EngineException("shapes do not match");
        assertThat(EngineFailure.of(failure, "crops")).isSameAs(failure);
    }
}
