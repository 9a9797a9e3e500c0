package io.apprentice.app.live;

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

    /** The log file of a command; must be called before the first logger is made, which reads the property. */
    public static Path log(String command) {
        Path log = work().resolve("logs").resolve(command + ".log");
        System.setProperty("apprentice.log", log.toString());
        return log;
    }
}
