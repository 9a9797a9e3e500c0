package io.apprentice.app.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import io.apprentice.pose.network.TorchRuntime.Place;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this machine has that matters to us. */
final class Machine {

    /** The instruction sets that make networks fast, by their flags in /proc/cpuinfo. */
    private static final List<String> INSTRUCTION_SETS =
            List.of("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16");

    private static final Pattern FLAGS = Pattern.compile("(?m)^flags\\s*:(.*)$");
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s*(\\d+) kB$");
    /** Left for networks and the registry, which live outside the heap; a choice, not a measurement. */
    private static final long BESIDE_HEAP = 1L << 30;

    private Machine() {}

    /**
     * All of it.
     *
     * @param device where networks are meant to run
     * @throws IOException if the system does not say what it has
     */
    static List<Finding> look(DeviceChoice device) throws IOException {
        return List.of(
                java(System.getProperty("os.name"), System.getProperty("os.arch")),
                memory(
                        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                                .getTotalMemorySize(),
                        Files.readString(Path.of("/proc/meminfo")),
                        Runtime.getRuntime().maxMemory()),
                cores(Runtime.getRuntime().availableProcessors(), Files.readString(Path.of("/proc/cpuinfo"))),
                networks(() -> {
                    TorchRuntime.use(device);
                    return TorchRuntime.place();
                }));
    }

    /** Java and the system it runs on. */
    static Finding java(String system, String processor) {
        Runtime.Version version = Runtime.version();
        boolean supported = system.equals("Linux") && processor.equals("amd64");
        return new Finding(
                "java",
                "%s on %s %s".formatted(version, system, processor),
                Map.of("version", version.toString(), "system", system, "processor", processor),
                supported ? Optional.empty() : Optional.of("run it on Linux x86-64, its libraries are for that alone"));
    }

    /**
     * Memory.
     *
     * @param total of machine or container, bytes
     * @param meminfo the file
     * @param heap what the heap may take, bytes
     */
    static Finding memory(long total, String meminfo, long heap) {
        Matcher line = AVAILABLE.matcher(meminfo);
        long available = line.find() ? Math.min(total, 1024 * Long.parseLong(line.group(1))) : total;
        long needed = heap + BESIDE_HEAP;
        return new Finding(
                "memory",
                "%s, %s available, heap up to %s".formatted(gibibytes(total), gibibytes(available), gibibytes(heap)),
                Map.of("total_bytes", total, "available_bytes", available, "heap_bytes", heap),
                available >= needed
                        ? Optional.empty()
                        : Optional.of("free some until %s are available, or set APPRENTICE_HEAP to less"
                                .formatted(gibibytes(needed))));
    }

    static String gibibytes(long bytes) {
        return "%.1f GiB".formatted(bytes / (double) (1 << 30));
    }

    /** Fewer instruction sets are slower, and nothing can be done about it. */
    static Finding cores(int count, String cpuinfo) {
        Matcher line = FLAGS.matcher(cpuinfo);
        List<String> flags = line.find() ? Arrays.asList(line.group(1).strip().split(" ")) : List.of();
        List<String> sets = INSTRUCTION_SETS.stream().filter(flags::contains).toList();
        return new Finding(
                "cores",
                count + ", " + (sets.isEmpty() ? "no AVX2" : String.join(" ", sets)),
                Map.of("count", count, "instruction_sets", sets),
                Optional.empty());
    }

    /** Where networks run; whatever libtorch or a driver lacks is in the message of what {@code place} throws. */
    static Finding networks(Supplier<Place> place) {
        try {
            Place found = place.get();
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("device", found.device());
            facts.put("libtorch", found.version());
            facts.put("flavour", found.flavour());
            facts.put("source", found.source());
            return new Finding("networks", "run on " + found, facts, found.advice());
        } catch (IllegalArgumentException e) {
            return new Finding("networks", "cannot run", Map.of(), Optional.of(e.getMessage()));
        }
    }
}
