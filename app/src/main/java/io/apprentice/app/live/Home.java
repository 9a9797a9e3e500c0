package io.apprentice.app.live;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project lies and where runs leave their files. */
public final class Home {
    private Home() {}

    /**
     * The project's folder: the one that {@code ./apprentice} sets, else the nearest folder upwards that has
     * {@code models}.
     */
    public static Path project() {
        String given = System.getProperty("apprentice.home");
        if (given != null) {
            return Path.of(given);
        }
        Path here = Path.of("").toAbsolutePath();
        for (Path p = here; p != null; p = p.getParent()) {
            if (Files.isDirectory(p.resolve("models"))) {
                return p;
            }
        }
        return here;
    }

    /** Networks that come with the project. */
    static Path models() {
        return project().resolve("models");
    }

    /** Logs, fitted networks and the data of running brokers; safe to delete when nothing runs. */
    public static Path work() {
        return project().resolve(".apprentice");
    }

    /** Files of this process alone; those of processes that have ended are deleted when the next one starts. */
    static Path scratch() {
        return work().resolve("runs")
                .resolve(Long.toString(ProcessHandle.current().pid()));
    }

    /**
     * The log file of a command; must be called before the first logger is made, which reads the property. Where none can be
     * written, one line says so, and nothing is logged.
     */
    public static Path log(String command) {
        Path log = work().resolve("logs").resolve(command + ".log");
        try {
            Files.createDirectories(log.getParent());
            new FileOutputStream(log.toFile(), true).close();
        } catch (IOException e) {
            System.err.println("apprentice: no log is kept: %s cannot be written".formatted(log));
            log = Path.of("/dev/null");
        }
        System.setProperty("apprentice.log", log.toString());
        return log;
    }
}
