package io.apprentice.lab;

import java.time.Duration;
import java.util.List;

/** Where long work shows how far it is. */
public interface Progress {

    /** Prints a line that stays. */
    void line(String text);

    /** Shows these lines in place of the last ones; none: the last ones stand and are done with. */
    void show(List<String> lines);

    /** Whether {@link #show} can redraw in place. */
    boolean draws();

    /** A duration as h:mm:ss. */
    static String clock(Duration d) {
        return "%d:%02d:%02d".formatted(d.toHours(), d.toMinutesPart(), d.toSecondsPart());
    }
}
