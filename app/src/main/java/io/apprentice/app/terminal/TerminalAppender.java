package io.apprentice.app.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

/**
 * Shows warnings and errors of our own code as one line each on the terminal. Stack traces and the messages of
 * libraries are in the log file; our code reports what follows from them.
 */
public final class TerminalAppender extends AppenderBase<ILoggingEvent> {
    private static volatile boolean quiet;

    /** For a command that reports itself whatever a warning would say. */
    public static void quiet(boolean wanted) {
        quiet = wanted;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!quiet
                && event.getLoggerName().startsWith("io.apprentice")
                && event.getLevel().isGreaterOrEqual(Level.WARN)) {
            String message = event.getFormattedMessage();
            int end = message.indexOf('\n');
            Terminal.INSTANCE.line(event.getLevel().levelStr.toLowerCase(java.util.Locale.ROOT) + ": "
                    + (end < 0 ? message : message.substring(0, end)));
        }
    }
}
