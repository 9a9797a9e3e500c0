package io.apprentice.benchmarks.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Processor time of all threads of this process by what they are for, Java's, the virtual machine's and libtorch's alike. A
 * thread that ends in between is not counted. Linux only.
 *
 * @param nanos by thread: its number and name, and how long it ran
 */
record Cores(Map<String, Long> nanos, long at) {
    private static final Path THREADS = Path.of("/proc/self/task");

    /** How names of threads begin, of which the system keeps 15 letters, and what they do; the first that fits counts. */
    private static final List<Map.Entry<String, String>> GROUPS = List.of(
            Map.entry(Pipeline.PREFIX + ".?[.]inference", "inference"),
            Map.entry("inference|student-loader", "inference"),
            Map.entry("teacher|receiver-" + Pipeline.PREFIX + ".?[.]te", "teacher"),
            Map.entry("trainer|alignment|(receiver|reader)-" + Pipeline.PREFIX + ".?[.]", "trainer"),
            Map.entry("ingest", "camera"),
            Map.entry("pose-reader", "reader of poses"),
            Map.entry("kafka-producer|kafka-coordinat|kafka-admin", "kafka clients"),
            Map.entry("data-plane|group-coord|TxnMarker|AddPartitions|kafka|Expiration|metrics-meter|quorum", "broker"),
            Map.entry("C[12] Comp|Sweeper", "JIT compiler"),
            Map.entry("G1|GC Thread", "garbage collector"),
            Map.entry("VM |java", "virtual machine"));

    /** Reads the times. */
    static Cores now() throws IOException {
        Map<String, Long> nanos = new HashMap<>();
        try (Stream<Path> threads = Files.list(THREADS)) {
            for (Path thread : threads.toList()) {
                nanos.put(thread.getFileName() + " " + read(thread.resolve("comm")), ran(thread));
            }
        }
        return new Cores(nanos, System.nanoTime());
    }

    private static long ran(Path thread) {
        String times = read(thread.resolve("schedstat"));
        return times.isEmpty() ? 0 : Long.parseLong(times.split(" ", 2)[0]);
    }

    /** Nothing if the thread has ended. */
    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    /** Prints who ran how long since an earlier time, per frame. */
    void print(Cores before, int frames) {
        Map<String, Double> groups = new TreeMap<>();
        nanos.forEach((thread, ran) -> groups.merge(
                group(thread.substring(thread.indexOf(' ') + 1)),
                (ran - before.nanos.getOrDefault(thread, 0L)) / 1e6,
                Double::sum));
        double wall = (at - before.at) / 1e6;
        double all = groups.values().stream().mapToDouble(Double::doubleValue).sum();
        System.out.printf("%-20s %10s %10s%n", "processor time", "ms a frame", "of a core");
        groups.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .filter(group -> group.getValue() > 0.001 * wall)
                .forEach(group -> System.out.printf(
                        "%-20s %10.2f %9.0f%%%n",
                        group.getKey(), group.getValue() / frames, 100 * group.getValue() / wall));
        System.out.printf("%-20s %10.2f %9.0f%%%n", "all", all / frames, 100 * all / wall);
    }

    private static String group(String name) {
        return GROUPS.stream()
                .filter(group -> name.matches("(" + group.getKey() + ").*"))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(name);
    }
}
