package io.apprentice.app.command;

import io.apprentice.app.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a command came to.
 *
 * @param exit its exit code
 * @param text what it printed, to standard output and standard error together
 */
public record CommandRun(int exit, String text) {

    /** Runs a command in this process; its log would go to the file {@code log}. */
    public static CommandRun of(Path log, String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (PrintStream both = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            int exit = Main.commandLine(log).execute(args);
            return new CommandRun(exit, text.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
