package io.apprentice.pose.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tensor engine of this process: offline, a stated device, a stated number of threads. */
public final class TorchRuntime {

    private static final Logger log = LoggerFactory.getLogger(TorchRuntime.class);
    private static boolean initialised;
    private static Device device = Device.cpu();

    private TorchRuntime() {}

    /** Where networks may run. */
    public enum DeviceChoice {
        /** On a GPU if there is one. */
        AUTO,
        CPU,
        GPU
    }

    /**
     * States the device, for the whole process; to be called before the first network.
     *
     * @throws IllegalStateException if there is no such device, or networks already run on another one
     */
    public static synchronized void use(DeviceChoice choice) {
        boolean first = !initialised;
        load();
        if (choice == DeviceChoice.CPU && first) {
            device = Device.cpu();
        }
        if (choice == DeviceChoice.GPU && !device.isGpu() || choice == DeviceChoice.CPU && device.isGpu()) {
            throw new IllegalStateException("device: expected %s, but %s"
                    .formatted(
                            choice.name().toLowerCase(Locale.ROOT),
                            first
                                    ? "no GPU is found; libtorch for CUDA belongs into the folder PYTORCH_LIBRARY_PATH"
                                    : "networks of this process already run on " + device));
        }
        if (first) {
            announce();
        }
    }

    /** Loads the engine, once, on the best device; says which. Called by whatever needs it. */
    public static synchronized void initialise() {
        if (!initialised) {
            use(DeviceChoice.AUTO);
        }
    }

    private static void announce() {
        log.info(
                "Networks run on {} (PyTorch {})",
                device,
                Engine.getEngine("PyTorch").getVersion());
    }

    private static void load() {
        if (initialised) {
            return;
        }
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        // the optimizing executor compiles after some runs by what it saw, and bfloat16 then rounds otherwise: a step's
        // bits
        // would depend on how many steps the process has done, and it gains nothing here
        System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
        if (System.getProperty("OPT_OUT_TRACKING") == null) {
            System.setProperty("OPT_OUT_TRACKING", "true");
        }
        Engine engine = Engine.getEngine("PyTorch");
        if (engine.getGpuCount() > 0) {
            device = Device.gpu();
        }
        initialised = true;
    }

    /**
     * Sets how many threads one operation may use; for the whole process.
     *
     * @param threads at least 1
     */
    public static void useThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: expected at least 1, got " + threads);
        }
        initialise();
        JniUtils.setNumThreads(threads);
    }

    static Device device() {
        return device;
    }

    /** Whether the device multiplies bfloat16 directly: a GPU, or a processor that says so. */
    public static boolean hasFastBfloat16() {
        initialise();
        if (device.isGpu()) {
            return true;
        }
        try {
            String cpu = Files.readString(Path.of("/proc/cpuinfo")).toLowerCase(Locale.ROOT);
            return cpu.contains("avx512_bf16") || cpu.contains("amx_bf16");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether oneDNN's own convolutions, which inference calls directly, run here in this precision. */
    static boolean fusesConvolutions(Precision precision) {
        return !device.isGpu()
                && (precision == Precision.FLOAT32 || precision == Precision.BFLOAT16 && hasFastBfloat16());
    }

    /** bfloat16 where it is fast, else float32. */
    public static Precision fastestPrecision() {
        return hasFastBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
    }
}
