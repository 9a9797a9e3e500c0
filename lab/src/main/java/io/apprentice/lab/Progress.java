package io.apprentice.lab;

import java.time.Duration;
import java.util.List;

/** Where long work reports its progress. */
public interface Progress {

    /** Prints a line that stays. */
    void line(String text);

    /** Shows these lines in place of the last ones; an empty list leaves the last ones standing and ends them. */
    void show(List<String> lines);

    /** Whether {@link #show} can redraw in place. */
    boolean draws();

    /** A duration as h:mm:ss. */
    static String clock(Duration d) {
        return "%d:%02d:%02d".formatted(d.toHours(), d.toMinutesPart(), d.toSecondsPart());
    }
}
