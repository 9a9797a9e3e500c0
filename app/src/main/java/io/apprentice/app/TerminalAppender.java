package io.apprentice.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

/**
 * Shows warnings of our own code and errors of any code as one line each on the terminal, without stack traces: those
 * are in the log file.
 */
public final class TerminalAppender extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
        boolean ours = event.getLoggerName().startsWith("io.apprentice");
        if (event.getLevel().isGreaterOrEqual(ours ? Level.WARN : Level.ERROR)) {
            String message = event.getFormattedMessage();
            int end = message.indexOf('\n');
            Terminal.INSTANCE.line(event.getLevel().levelStr.toLowerCase(java.util.Locale.ROOT) + ": "
                    + (end < 0 ? message : message.substring(0, end)));
        }
    }
}
