package io.apprentice.app.terminal;

import io.apprentice.lab.Progress;
import java.io.PrintStream;
import java.util.List;

/**
 * The one way to the terminal. Lines scroll; a view, where the terminal can show one, stays below them and is redrawn
 * in place. Thread-safe.
 */
public final class Terminal implements Progress {
    /** Writes to standard error until {@link #useStandardOutput()}: a command's data stays clean on standard output. */
    public static final Terminal INSTANCE = new Terminal(System.err, canDraw("stderr"));

    private static final String UP = "\033[%dA";
    private static final String WRAP_OFF = "\033[?7l";
    private static final String WRAP_ON = "\033[?7h";
    private static final String CLEAR_TO_END = "\033[J";
    private static final String CLEAR_LINE = "\033[K";

    private PrintStream out;
    private boolean draws;
    private List<String> view = List.of();

    Terminal(PrintStream out, boolean draws) {
        this.out = out;
        this.draws = draws;
    }

    /** {@code ./apprentice} knows which streams are terminals; Java has no portable way to tell. */
    private static boolean canDraw(String stream) {
        String term = System.getenv("TERM");
        return Boolean.getBoolean("apprentice." + stream + "-is-terminal") && term != null && !term.equals("dumb");
    }

    /** Whether a view can be redrawn in place. */
    @Override
    public synchronized boolean draws() {
        return draws;
    }

    /** For commands whose only output is what the terminal shows. */
    public synchronized void useStandardOutput() {
        out = System.out;
        draws = canDraw("stdout");
    }

    /** Prints one line above the view. */
    @Override
    public synchronized void line(String text) {
        StringBuilder s = rewind();
        s.append(text).append(draws ? CLEAR_LINE : "").append('\n');
        draw(s, view);
    }

    /** Shows these lines in place of the last view; an empty list leaves the last one standing and ends it. */
    @Override
    public synchronized void show(List<String> lines) {
        if (!lines.isEmpty()) {
            draw(rewind().append(CLEAR_TO_END), lines);
        }
        view = List.copyOf(lines);
    }

    private StringBuilder rewind() {
        return new StringBuilder(view.isEmpty() ? "" : UP.formatted(view.size()));
    }

    private void draw(StringBuilder s, List<String> lines) {
        if (!lines.isEmpty()) {
            s.append(WRAP_OFF);
            lines.forEach(line -> s.append(line).append(CLEAR_LINE).append('\n'));
            s.append(WRAP_ON);
        }
        out.print(s);
        out.flush();
    }
}
