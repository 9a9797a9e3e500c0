package io.apprentice.torture;

import java.io.PrintStream;
import java.util.Locale;

/** What happened when, printed as it happens. */
final class History {

    private final PrintStream out;
    private final long start = System.nanoTime();
    private final StringBuilder lines = new StringBuilder();

    History(PrintStream out) {
        this.out = out;
    }

    void add(String what) {
        String line = String.format(Locale.ROOT, "%7.1f s  %s", (System.nanoTime() - start) * 1e-9, what);
        lines.append(line).append(System.lineSeparator());
        out.println(line);
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
