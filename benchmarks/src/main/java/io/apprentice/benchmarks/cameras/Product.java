package io.apprentice.benchmarks.cameras;

import io.apprentice.benchmarks.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The product as people start it: a process for each service, with the same settings for all. */
final class Product implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path folder;
    private final Map<String, Process> running = new TreeMap<>();
    /** Processor time by name, of all processes that had the name. */
    private final Map<String, Duration> ran = new TreeMap<>();
    /** By process, when it was last asked. */
    private final Map<Long, Duration> ranBefore = new HashMap<>();

    private final List<String> settings = new ArrayList<>();

    /** What the processes print goes to files of this folder. */
    Product(Path folder) {
        this.folder = folder;
    }

    /** A setting, {@code key=value}, of all that is started from now on. */
    void set(String setting) {
        settings.add("--set");
        settings.add(setting);
    }

    /**
     * Starts one.
     *
     * @param heap as Java writes it, for example {@code 256m}
     * @param command of the command line, its settings are added
     */
    void start(String name, String heap, String... command) throws IOException {
        List<String> words =
                new ArrayList<>(List.of(Servers.project().resolve("apprentice").toString()));
        words.addAll(Arrays.asList(command));
        words.addAll(settings);
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        builder.environment().put("APPRENTICE_HEAP", heap);
        // all that is logged goes where the rest goes
        builder.environment()
                .put(
                        "APPRENTICE_JAVA_OPTIONS",
                        "-Dlogback.configurationFile=" + Servers.project().resolve("docker/logback.xml"));
        running.put(name, builder.start());
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /**
     * Waits until it prints these words; returns the rest of their line. A second process of a name finds the words of the first.
     *
     * @throws IOException if it ends, or does not print them, with all that it said
     */
    String await(String name, String words) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean alive = running.get(name).isAlive();
            String said = Files.readString(log(name));
            int found = said.indexOf(words);
            int lineEnd = said.indexOf('\n', Math.max(0, found));
            if (found >= 0 && lineEnd >= 0) {
                return said.substring(found + words.length(), lineEnd).strip();
            }
            if (!alive || System.nanoTime() > end) {
                throw new IOException("%s did not say '%s':%n%s".formatted(name, words, said));
            }
            Thread.sleep(200);
        }
    }

    Process process(String name) {
        return running.get(name);
    }

    /** By signal 9. */
    void kill(String name) throws InterruptedException {
        processorTime();
        running.remove(name).destroyForcibly().waitFor();
    }

    /** By signal 15; returns when it has ended. */
    void stop(String name) throws InterruptedException {
        processorTime();
        Process process = running.remove(name);
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IllegalStateException(name + " did not end within 30 s of signal 15");
        }
    }

    /** Processor time by name since the start. */
    Map<String, Duration> processorTime() {
        running.forEach((name, process) -> {
            note(name, process.toHandle());
            process.children().forEach(child -> note("registry", child)); // the broker's
        });
        return new TreeMap<>(ran);
    }

    private void note(String name, ProcessHandle process) {
        Duration now = process.info().totalCpuDuration().orElse(Duration.ZERO);
        Duration last = ranBefore.getOrDefault(process.pid(), Duration.ZERO);
        if (now.compareTo(last) > 0) { // zero once it has ended
            ranBefore.put(process.pid(), now);
            ran.merge(name, now.minus(last), Duration::plus);
        }
    }

    /** @throws IllegalStateException if one has ended by itself, with what it said */
    void check() throws IOException {
        for (Map.Entry<String, Process> one : running.entrySet()) {
            if (!one.getValue().isAlive()) {
                String said = Files.readString(log(one.getKey()));
                throw new IllegalStateException(one.getKey() + " ended:\n" + said);
            }
        }
    }

    @Override
    public void close() {
        for (Process process : running.values()) {
            process.destroy();
        }
        for (Process process : running.values()) {
            try {
                if (!process.waitFor(15, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
