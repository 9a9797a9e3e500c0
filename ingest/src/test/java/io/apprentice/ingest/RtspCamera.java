package io.apprentice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real RTSP server, {@code examples/rtsp_camera.py}, as a process that a test may kill and freeze. */
final class RtspCamera implements AutoCloseable {

    private static final String PYTHON = "/usr/bin/python3";
    private static final String SCRIPT = "../examples/rtsp_camera.py";
    private static final int FRAMES_PER_SECOND = 10;

    private final Process process;
    private final String address;

    /**
     * Starts a camera and returns when it can be called.
     *
     * @param port 0 takes a free one
     */
    RtspCamera(int port) throws IOException {
        process = new ProcessBuilder(
                        PYTHON,
                        SCRIPT,
                        "--port",
                        Integer.toString(port),
                        "--size",
                        "320x240",
                        "--fps",
                        Integer.toString(FRAMES_PER_SECOND))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        address = output.readLine();
        assertThat(address).startsWith("rtsp://");
    }

    /** Skips the test where Debian's packages are absent, which the script names. */
    static void assumeInstalled() throws IOException, InterruptedException {
        boolean installed = Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, SCRIPT, "--check")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        assumeThat(installed)
                .as("GStreamer's RTSP server; the packages are named in examples/rtsp_camera.py")
                .isTrue();
    }

    String address() {
        return address;
    }

    int port() {
        return URI.create(address).getPort();
    }

    void freeze() throws IOException, InterruptedException {
        signal("-STOP", process.pid());
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT", process.pid());
    }

    static void signal(String signal, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** The decoder that is connected to this camera. */
    ProcessHandle decoder() throws IOException {
        List<String> sockets = new ArrayList<>();
        for (String row : Files.readAllLines(Path.of("/proc/net/tcp"))) {
            String[] cells = row.strip().split("\\s+", -1);
            if (cells[2].endsWith(":%04X".formatted(port()))) {
                sockets.add("socket:[" + cells[9] + "]");
            }
        }
        return ProcessHandle.current()
                .children()
                .filter(child -> openFiles(child).stream().anyMatch(sockets::contains))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no decoder is connected to " + address));
    }

    private static List<String> openFiles(ProcessHandle child) {
        List<String> files = new ArrayList<>();
        try (Stream<Path> links = Files.list(Path.of("/proc/" + child.pid() + "/fd"))) {
            for (Path link : links.toList()) {
                files.add(Files.readSymbolicLink(link).toString());
            }
        } catch (IOException e) {
            return files; // the child, or the file, has gone meanwhile
        }
        return files;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
