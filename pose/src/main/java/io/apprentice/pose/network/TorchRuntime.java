package io.apprentice.pose.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tensor engine of this process: offline, a stated device, a stated number of threads. */
public final class TorchRuntime {

    private static final Logger log = LoggerFactory.getLogger(TorchRuntime.class);
    static final String ENGINE = "PyTorch";

    private static final int BFLOAT16_CAPABILITY = 80;

    private static boolean initialised;
    private static Device device = Device.cpu();
    private static Place place = new Place("cpu", "", "", "", Optional.empty());
    private static int capability;

    private TorchRuntime() {}

    /** Where networks may run. */
    public enum DeviceChoice {
        /** On a GPU if there is one. */
        AUTO,
        CPU,
        GPU
    }

    /**
     * Where networks run.
     *
     * @param device {@code cpu}, or the GPU's name and memory
     * @param version of libtorch
     * @param flavour {@code cpu}, or {@code cu128} for CUDA
     * @param source where libtorch is from
     * @param advice what to do about a GPU that is not used and may be meant to be
     */
    public record Place(String device, String version, String flavour, String source, Optional<String> advice) {
        @Override
        public String toString() {
            return "%s (PyTorch %s, %s)".formatted(device, version, source);
        }
    }

    /**
     * States the device, for the whole process; to be called before the first network.
     *
     * @throws IllegalArgumentException if there is no such device, networks already run on another one, or libtorch is
     *     not one that works; says what to do
     */
    public static synchronized void use(DeviceChoice choice) {
        if (!initialised) {
            load(choice);
        }
        if (choice == DeviceChoice.GPU && !device.isGpu() || choice == DeviceChoice.CPU && device.isGpu()) {
            throw new IllegalArgumentException("device: expected %s, but networks of this process already run on %s"
                    .formatted(choice.name().toLowerCase(Locale.ROOT), place));
        }
    }

    /** Loads the engine, once, on the best device; says which. Called by whatever needs it. */
    public static synchronized void initialise() {
        if (!initialised) {
            use(DeviceChoice.AUTO);
        }
    }

    /** Where networks run; loads the engine if nothing has. */
    public static synchronized Place place() {
        initialise();
        return place;
    }

    private static void load(DeviceChoice asked) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        // the optimizing executor compiles after some runs by what it saw, and bfloat16 then rounds otherwise: a step's
        // bits
        // would depend on how many steps the process has done, and it gains nothing here
        System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
        if (System.getProperty("OPT_OUT_TRACKING") == null) {
            System.setProperty("OPT_OUT_TRACKING", "true");
        }
        LibTorch libtorch = LibTorch.find(Utils::getEnvOrSystemProperty);
        EngineChoice choice = EngineChoice.of(asked, libtorch, CudaDriver.ask());
        String flavour = choice.gpu().isPresent() ? LibTorch.CUDA_FLAVOUR : LibTorch.CPU_FLAVOUR;
        if (libtorch.folder().isPresent()) {
            System.setProperty(LibTorch.FLAVOUR_VARIABLE, flavour);
            System.setProperty(LibTorch.VERSION_VARIABLE, LibTorch.VERSION);
        }
        Engine engine = engine(libtorch);
        if (choice.gpu().isPresent()) {
            if (!engine.hasCapability(StandardCapabilities.CUDA)) {
                throw new IllegalArgumentException("device: the driver has %s, but %s cannot use it"
                        .formatted(choice.gpu().orElseThrow(), libtorch));
            }
            device = Device.gpu();
            capability = choice.gpu().orElseThrow().capability();
        }
        place = new Place(
                choice.gpu().map(CudaDriver.Gpu::toString).orElse("cpu"),
                libtorch.version(),
                flavour,
                libtorch.source(),
                choice.advice());
        initialised = true;
        log.info("Networks run on {}", place);
        choice.advice().ifPresent(advice -> log.warn("Networks run on the CPU: {}", advice));
    }

    private static Engine engine(LibTorch libtorch) {
        try {
            return Engine.getEngine(ENGINE);
        } catch (EngineException e) {
            throw EngineFailure.ofLoading(e, libtorch);
        }
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

    /** How many threads one operation may use. */
    public static int threads() {
        initialise();
        return JniUtils.getNumThreads();
    }

    /**
     * All that rounding depends on beside the network, its precision and {@link #threads()}: the library, the device and,
     * where that is the CPU, the kind of processor. Where two processes say the same, they compute the same bits.
     */
    public static String fingerprint() {
        Place at = place();
        return "PyTorch %s for %s, %s"
                .formatted(at.version(), at.flavour(), device.isGpu() ? at.device() : processor());
    }

    private static String processor() {
        Map<String, String> fields = new TreeMap<>();
        cpuinfo().lines().filter(line -> line.contains(":")).forEach(line -> {
            String[] field = line.split(":", 2);
            fields.putIfAbsent(field[0].strip(), field[1].strip());
        });
        return "%s family %s model %s stepping %s"
                .formatted(
                        fields.getOrDefault("model name", "an unknown processor"),
                        fields.getOrDefault("cpu family", "?"),
                        fields.getOrDefault("model", "?"),
                        fields.getOrDefault("stepping", "?"));
    }

    /** What Linux says about the processors; empty elsewhere. */
    private static String cpuinfo() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo"));
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether networks run on a GPU. */
    public static boolean isGpu() {
        initialise();
        return device.isGpu();
    }

    static Device device() {
        return device;
    }

    /** Whether the device multiplies bfloat16 directly: a GPU since Ampere, or a processor that says so. */
    public static boolean hasFastBfloat16() {
        initialise();
        if (device.isGpu()) {
            return capability >= BFLOAT16_CAPABILITY;
        }
        String cpu = cpuinfo().toLowerCase(Locale.ROOT);
        return cpu.contains("avx512_bf16") || cpu.contains("amx_bf16");
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
