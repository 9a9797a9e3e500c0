package io.apprentice.torture;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process that is started, killed, frozen and started again, with all its children. It ends when this JVM does, even if
 * that is killed; unless it is frozen then.
 */
final class Node {

    private static final int KILLED = 128 + 9;
    /** Runs a main class until standard input ends. */
    private static final String COMPANION = "io.apprentice.embedded.Companion";

    private static final int TAIL_LINES = 25;

    private final String name;
    private final Path home;
    private final List<String> options;
    private final List<String> arguments;
    private @Nullable Process process;

    /**
     * Nothing runs before {@link #start()}.
     *
     * @param home folder of its own
     * @param heap as in {@code -Xmx}
     * @param arguments a main class and its arguments
     */
    Node(String name, Path home, String heap, List<String> arguments) {
        this.name = name;
        this.home = home;
        this.arguments = List.copyOf(arguments);
        options = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-Dapprentice.home=" + home,
                "-Dapprentice.log=" + home.resolve(name + ".log"),
                "-Djdk.attach.allowAttachSelf=true",
                "-cp",
                System.getProperty("java.class.path"),
                COMPANION);
    }

    String name() {
        return name;
    }

    void start() throws IOException {
        start(List.of());
    }

    /** Starts it so that it dies when a moment comes for the n-th time; see {@link #requireDeathAtMoment}. */
    void startDoomed(Moment moment, int n) throws IOException {
        start(List.of(Moment.class.getName(), moment.name(), Integer.toString(n)));
    }

    /** @param wrapper a main class that runs another one, and its own arguments */
    private void start(List<String> wrapper) throws IOException {
        Files.createDirectories(home);
        ProcessBuilder builder = new ProcessBuilder(Stream.of(options, wrapper, arguments)
                        .flatMap(List::stream)
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output()));
        // the networks of many processes share two cores
        builder.environment().putAll(Map.of("OMP_NUM_THREADS", "1", "OMP_WAIT_POLICY", "passive"));
        process = builder.start();
    }

    private File output() {
        return home.resolve("output").toFile();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Signal 9; returns when it has struck. */
    void kill() throws InterruptedException {
        List<ProcessHandle> children = running().descendants().toList();
        running().destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        int code = running().waitFor();
        if (code != KILLED) {
            throw new Violation("%s was to be killed, but ended with %d before".formatted(name, code));
        }
        for (ProcessHandle child : children) {
            child.onExit().join();
        }
    }

    /** Signal 9 for whatever still runs, frozen or not; returns when it has ended. */
    void end() {
        if (process != null) {
            List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(handle -> handle.onExit().join());
        }
    }

    /** SIGTERM; returns how long it took to end. */
    Duration stop(Duration patience) throws InterruptedException {
        long start = System.nanoTime();
        running().destroy();
        if (!running().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Violation("%s did not end within %d s of SIGTERM".formatted(name, patience.toSeconds()));
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Waits for it to end by itself; returns its exit code. */
    int awaitEnd(Duration patience) throws InterruptedException {
        if (!running().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Violation("%s did not end within %d s:%n%s".formatted(name, patience.toSeconds(), tail()));
        }
        return running().exitValue();
    }

    /** After it has ended. */
    void requireDeathAtMoment() {
        int code = exitCode();
        if (code != Moment.EXIT_CODE) {
            throw new Violation("%s was to die at its moment, but ended with %d:%n%s".formatted(name, code, tail()));
        }
    }

    int exitCode() {
        return running().exitValue();
    }

    /** SIGSTOP; returns when it has struck. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
        await('T');
    }

    /** SIGCONT. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        List<String> pids = Stream.concat(
                        Stream.of(running().toHandle()), running().descendants())
                .map(handle -> Long.toString(handle.pid()))
                .toList();
        int code = new ProcessBuilder("sh", "-c", "kill -%s %s".formatted(signal, String.join(" ", pids)))
                .start()
                .waitFor();
        if (code != 0) {
            throw new Violation("%s got no SIG%s".formatted(name, signal));
        }
    }

    private void await(char state) throws IOException, InterruptedException {
        for (int look = 0; look < 100; look++) {
            String stat =
                    Files.readString(Path.of("/proc/%d/stat".formatted(running().pid())));
            if (stat.charAt(stat.lastIndexOf(')') + 2) == state) {
                return;
            }
            Thread.sleep(20);
        }
        throw new Violation("%s did not come into state %s".formatted(name, state));
    }

    /** All that it printed. */
    List<String> lines() throws IOException {
        return Files.readAllLines(output().toPath());
    }

    /** The end of its output and of its log. */
    String tail() {
        StringBuilder tail = new StringBuilder();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".log") || f.endsWith("output"))
                    .toList()) {
                List<String> lines = Files.readAllLines(file);
                tail.append("--- ").append(file).append('\n');
                lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())
                        .forEach(line -> tail.append(line).append('\n'));
            }
        } catch (IOException e) {
            tail.append(e);
        }
        return tail.toString();
    }
}
