package io.apprentice.lab.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Makes the runs that are left, one after the other, until it is late or someone wants the end, and tells how far it is. */
public final class Campaign {
    private final String name;
    private final Optional<Duration> limit;
    private final Consumer<String> report;
    private final BooleanSupplier stop;
    private final long began = System.nanoTime();

    /** Makes one run and keeps it. */
    public interface Work<P> {
        /**
         * Makes a run.
         *
         * @param what names it, for lines that tell of it
         * @throws CancellationException if someone wants the end: this run is dropped, those before it are kept
         */
        void make(P plan, String what) throws IOException;
    }

    /**
     * A loop; its time begins now.
     *
     * @param name of the experiment
     * @param limit no run begins after so long
     * @param report told how far it is
     * @param stop whether someone wants the end
     */
    public Campaign(String name, Optional<Duration> limit, Consumer<String> report, BooleanSupplier stop) {
        this.name = name;
        this.limit = limit;
        this.report = report;
        this.stop = stop;
    }

    /**
     * Makes runs.
     *
     * @param label what a plan is called
     * @param made whether a run is finished already
     * @return how many are left
     */
    public <P> int run(List<P> plans, Function<P, String> label, Predicate<P> made, Work<P> work) throws IOException {
        List<P> left = plans.stream().filter(made.negate()).toList();
        int done = 0;
        for (P plan : left) {
            if (late()) {
                break;
            }
            String what = "%s %s (%d of %d)"
                    .formatted(name, label.apply(plan), plans.size() - left.size() + done + 1, plans.size());
            long start = System.nanoTime();
            try {
                work.make(plan, what);
            } catch (CancellationException e) {
                break;
            }
            done++;
            long now = System.nanoTime();
            report.accept(String.format(
                    Locale.ROOT,
                    "%s: done in %.1f min, about %.0f min left",
                    what,
                    (now - start) / 60e9,
                    (now - began) / 60e9 / done * (left.size() - done)));
        }
        if (done < left.size()) {
            report.accept(
                    "%d of %d runs are left; the same command goes on".formatted(left.size() - done, plans.size()));
        }
        return left.size() - done;
    }

    private boolean late() {
        return stop.getAsBoolean()
                || limit.map(most -> System.nanoTime() - began > most.toNanos()).orElse(false);
    }
}
