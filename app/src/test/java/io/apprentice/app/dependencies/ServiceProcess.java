package io.apprentice.app.dependencies;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of the product as a process, and what it says to whoever started it. It ends when this JVM does. */
final class ServiceProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Runs a main class until standard input ends. */
    private static final String COMPANION = "io.apprentice.embedded.Companion";

    private final String name;
    private final Path output;
    private final List<String> command = new ArrayList<>();
    private final Path home;
    private Process process;

    /** Starts it. */
    ServiceProcess(Path folder, String name, List<String> arguments) throws IOException {
        this.name = name;
        home = Files.createDirectories(folder.resolve(name));
        output = home.resolve("output");
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dapprentice.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                COMPANION,
                "io.apprentice.app.Main"));
        command.addAll(arguments);
        start();
    }

    /** Starts it again; what it said before is forgotten. */
    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("OMP_NUM_THREADS", "1", "OMP_WAIT_POLICY", "passive"));
        process = builder.start();
    }

    @Override
    public String toString() {
        return name;
    }

    String said() {
        try {
            return Files.readString(output, UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it has said something while it runs. */
    void awaitLine(String part) {
        await(name + " says: " + part).atMost(PATIENCE).until(() -> {
            boolean alive = isAlive();
            if (said().contains(part)) {
                return true;
            }
            assertThat(alive).as("%s ended and said:%n%s", name, said()).isTrue();
            return false;
        });
    }

    /** Waits until it has ended by itself; returns its exit code. */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("%s goes on and says:%n%s", name, said())
                .isTrue();
        return process.exitValue();
    }

    /** SIGTERM; returns how long it took to end. */
    Duration stop() throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        awaitEnd();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
    }
}
