package io.apprentice.pose.network;

import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import java.util.Optional;

/**
 * Where networks run, given the wanted device and the devices of this machine.
 *
 * @param gpu the device to use; empty for the CPU
 * @param advice what to do if a GPU is present or was expected, but is not used
 */
record EngineChoice(Optional<CudaDriver.Gpu> gpu, Optional<String> advice) {

    private static final String HOW =
            "set %s to libtorch %s for CUDA 12.8 (docs/gpu.md)".formatted(LibTorch.PATH, LibTorch.VERSION);

    /** @throws IllegalArgumentException if a GPU was requested and none can be used; says why and what to do */
    static EngineChoice of(DeviceChoice asked, LibTorch libtorch, CudaDriver driver) {
        if (asked == DeviceChoice.CPU) {
            return onCpu(Optional.empty());
        }
        Optional<String> problem = driver.problem();
        if (libtorch.cuda() && problem.isEmpty()) {
            return new EngineChoice(Optional.of(driver.gpus().get(0)), Optional.empty());
        }
        if (asked == DeviceChoice.GPU) {
            throw new IllegalArgumentException("device: expected gpu, but "
                    + (libtorch.cuda()
                            ? problem.orElseThrow()
                            : "libtorch %s is for the CPU; %s".formatted(libtorch.source(), HOW)));
        }
        if (libtorch.cuda()) {
            return onCpu(problem.map(p -> "libtorch is for CUDA, but " + p));
        }
        return onCpu(driver.gpus().stream()
                .findFirst()
                .map(gpu -> "%s is not used, because libtorch is for the CPU; %s".formatted(gpu, HOW)));
    }

    private static EngineChoice onCpu(Optional<String> advice) {
        return new EngineChoice(Optional.empty(), advice);
    }
}
