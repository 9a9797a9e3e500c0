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

/**
 * Makes the runs that are left, one after the other, until the time is up or the user stops it, and reports its
 * progress.
 */
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
         * @param what name of the run, for progress lines
         * @throws CancellationException if the user stops it: this run is dropped, those before it are kept
         */
        void make(P plan, String what) throws IOException;
    }

    /**
     * A campaign; its time starts now.
     *
     * @param name of the experiment
     * @param limit no run starts after this time
     * @param report receives the progress lines
     * @param stop whether the user wants to stop
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
     * @param label name of a plan
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
            report.accept("%d of %d runs are left; run the same command again to go on"
                    .formatted(left.size() - done, plans.size()));
        }
        return left.size() - done;
    }

    private boolean late() {
        return stop.getAsBoolean()
                || limit.map(most -> System.nanoTime() - began > most.toNanos()).orElse(false);
    }
}
