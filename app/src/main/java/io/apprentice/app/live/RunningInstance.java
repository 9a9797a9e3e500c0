package io.apprentice.app.live;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * Addresses of the broker and the registry that {@code up} or {@code broker} runs on this machine, so that commands in
 * other terminals find them by themselves.
 *
 * @param broker bootstrap servers
 * @param registry base URL
 * @param http where health and metrics are served
 */
public record RunningInstance(String broker, String registry, String http) implements AutoCloseable {
    private static final String PID = "pid";

    /** The instance that runs now, if one does. */
    public static Optional<RunningInstance> find() {
        Properties p = new Properties();
        try (Reader in = Files.newBufferedReader(file(), StandardCharsets.UTF_8)) {
            p.load(in);
            boolean alive = ProcessHandle.of(Long.parseLong(p.getProperty(PID, "0")))
                    .map(ProcessHandle::isAlive)
                    .orElse(false);
            return alive
                    ? Optional.of(new RunningInstance(
                            p.getProperty("broker"), p.getProperty("registry"), p.getProperty("http")))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // nothing runs, or it has just stopped
        }
    }

    /** Lets other commands find this instance until {@link #close()}. */
    void announce() {
        Properties p = new Properties();
        p.setProperty("broker", broker);
        p.setProperty("registry", registry);
        p.setProperty("http", http);
        p.setProperty(PID, Long.toString(ProcessHandle.current().pid()));
        try {
            Files.createDirectories(file().getParent());
            try (Writer out = Files.newBufferedWriter(file(), StandardCharsets.UTF_8)) {
                p.store(out, "Written by apprentice while it runs.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends {@link #announce()}; leaves the file of an instance that came later alone. */
    @Override
    public void close() {
        try {
            if (find().equals(Optional.of(this))) {
                Files.deleteIfExists(file());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file() {
        return Home.work().resolve("running.properties");
    }
}
