package io.apprentice.pose.network;

import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of NVIDIA's driver, read before libtorch is loaded: a libtorch for CUDA does not load without a driver.
 *
 * @param problem why no GPU can be used, and what to do; empty if one can
 * @param gpus the devices that this process sees; empty if there is a problem
 */
record CudaDriver(Optional<String> problem, List<Gpu> gpus) {

    /** CUDA 12.0; a driver for one version 12.x also runs libraries of the others. */
    private static final int OLDEST = 12000;

    private static final int NO_DEVICE = 100;
    private static final int MAJOR = 75;
    private static final int MINOR = 76;

    /**
     * A device.
     *
     * @param memory bytes
     * @param capability compute capability times 10, such as 90
     */
    record Gpu(String name, long memory, int capability) {
        @Override
        public String toString() {
            return "%s, %.1f GiB".formatted(name, memory / (double) (1 << 30));
        }
    }

    /** Reads the state of the driver of this machine. */
    static CudaDriver ask() {
        return ask("libcuda.so.1");
    }

    static CudaDriver ask(String library) {
        try (NativeLibrary cuda = NativeLibrary.getInstance(library)) {
            int[] version = new int[1];
            if (call(cuda, "cuDriverGetVersion", version) == 0 && version[0] < OLDEST) {
                return broken("the NVIDIA driver is too old: for CUDA %d.%d, expected 12.0 or newer; update it"
                        .formatted(version[0] / 1000, version[0] % 1000 / 10));
            }
            int error = call(cuda, "cuInit", 0);
            int[] count = new int[1];
            if (error == 0) {
                error = call(cuda, "cuDeviceGetCount", count);
            }
            if (error == NO_DEVICE || error == 0 && count[0] == 0) {
                return broken("the NVIDIA driver sees no device; see that CUDA_VISIBLE_DEVICES hides none,"
                        + " and that the container was started with its GPUs (--gpus all)");
            }
            if (error != 0) {
                return broken(
                        "the NVIDIA driver answers with error %d; see whether nvidia-smi works, and restart after an update"
                                .formatted(error));
            }
            List<Gpu> gpus = new ArrayList<>();
            for (int i = 0; i < count[0]; i++) {
                gpus.add(gpu(cuda, i));
            }
            return new CudaDriver(Optional.empty(), List.copyOf(gpus));
        } catch (UnsatisfiedLinkError e) {
            return broken(
                    "there is no NVIDIA driver (%s); install it, or start the container with its GPUs (--gpus all)"
                            .formatted(library));
        }
    }

    private static Gpu gpu(NativeLibrary cuda, int index) {
        int[] device = new int[1];
        byte[] name = new byte[256];
        long[] memory = new long[1];
        int[] major = new int[1];
        int[] minor = new int[1];
        call(cuda, "cuDeviceGet", device, index);
        call(cuda, "cuDeviceGetName", name, name.length, device[0]);
        call(cuda, "cuDeviceTotalMem_v2", memory, device[0]);
        call(cuda, "cuDeviceGetAttribute", major, MAJOR, device[0]);
        call(cuda, "cuDeviceGetAttribute", minor, MINOR, device[0]);
        String text = new String(name, StandardCharsets.UTF_8);
        return new Gpu(text.substring(0, text.indexOf(0)), memory[0], 10 * major[0] + minor[0]);
    }

    private static int call(NativeLibrary cuda, String function, Object... arguments) {
        return cuda.getFunction(function).invokeInt(arguments);
    }

    private static CudaDriver broken(String problem) {
        return new CudaDriver(Optional.of(problem), List.of());
    }
}
