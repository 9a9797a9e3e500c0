package io.apprentice.app.terminal;

import io.apprentice.lab.UserError;
import io.apprentice.pose.network.NativeLibraries;
import io.apprentice.streaming.settings.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Says in one line what went wrong. */
public final class Failures {
    private Failures() {}

    /** The message of the failure itself, without the wrappers that carried it here. */
    public static String explain(Throwable failure) {
        Throwable f = unwrapped(failure);
        if (f instanceof LinkageError) {
            Optional<String> folder = NativeLibraries.problem();
            if (folder.isPresent()) {
                return "native libraries do not load: " + folder.get();
            }
        }
        if (f instanceof FileSystemException e) {
            return "%s: %s".formatted(e.getFile(), NativeLibraries.reason(e));
        }
        String message =
                f.getMessage() == null ? "" : f.getMessage().lines().findFirst().orElse("");
        return expected(f) && !message.isEmpty() ? message : f.getClass().getSimpleName() + ": " + message;
    }

    /** Whether the message says all that a user needs; otherwise the log file has more. */
    public static boolean expected(Throwable failure) {
        Throwable f = unwrapped(failure);
        return f instanceof UserError
                || f instanceof SettingsException
                || f instanceof IllegalArgumentException
                || f instanceof FileSystemException
                || f.getClass() == IOException.class;
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable f = failure;
        while (f.getCause() != null
                && (f instanceof CompletionException
                        || f instanceof ExecutionException
                        || f instanceof UncheckedIOException)) {
            f = f.getCause();
        }
        return f;
    }
}
