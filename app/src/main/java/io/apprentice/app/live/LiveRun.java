package io.apprentice.app.live;

import io.apprentice.app.terminal.Failures;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.ingest.IngestService;
import io.apprentice.lab.UserError;
import io.apprentice.streaming.service.Service;
import io.apprentice.teacher.TeacherService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs services, watched by a {@link Monitor}, until the time is up, the cameras have ended and everything is
 * processed, the user stops it, or a service fails. The cameras end first; {@link #close()} ends the others.
 */
final class LiveRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRun.class);
    private static final Duration REDRAW = Duration.ofMillis(250);
    private static final Duration PLAIN_LINE = Duration.ofSeconds(5);
    private static final Duration READINESS = Duration.ofSeconds(90);
    /** After this time without any progress, the run does not wait any longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** How long to wait for outstanding poses when the user stops the run; a clean stop takes 10 s at most. */
    private static final Duration LAST_POSES = Duration.ofSeconds(2);

    private final IngestService ingest;
    private final List<Service> others;
    private final Monitor monitor;
    private final int objects;
    private final Terminal terminal;
    private final CompletableFuture<Void> stop;
    private final long startNanos = System.nanoTime();
    private long shownNanos;

    /**
     * @param ingest what feeds the frames; terminates when all its cameras have ended
     * @param others everything else
     * @param objects answers that are due per frame
     * @param stop completed when the user wants the run to end early
     */
    LiveRun(
            IngestService ingest,
            List<Service> others,
            Monitor monitor,
            int objects,
            Terminal terminal,
            CompletableFuture<Void> stop) {
        this.ingest = ingest;
        this.others = List.copyOf(others);
        this.monitor = monitor;
        this.objects = objects;
        this.terminal = terminal;
        this.stop = stop;
    }

    /**
     * Starts the services, waits for the end and closes the cameras.
     *
     * @param limit time to run, if it is limited
     * @return the figures when the poses are complete
     * @throws UserError if a service failed
     */
    Figures untilEnd(Optional<Duration> limit) {
        try {
            others.forEach(Service::start);
            awaitReadiness();
            ingest.start();
            long end = limit.map(l -> System.nanoTime() + l.toNanos()).orElse(Long.MAX_VALUE);
            while (!stop.isDone()
                    && System.nanoTime() < end
                    && !ingest.termination().isDone()) {
                waitAndShow();
            }
            boolean camerasEnded = ingest.termination().isDone();
            ingest.close();
            settle(camerasEnded, end);
            return monitor.figures();
        } finally {
            terminal.show(List.of());
        }
    }

    /** Closes whatever still runs. */
    @Override
    public void close() {
        List<Service> all = new ArrayList<>(others);
        all.add(ingest);
        closeAll(all);
    }

    /**
     * Waits for the services, since frames before a student is in use are only answered by SKIPPED; but not for ever.
     */
    private void awaitReadiness() {
        long start = System.nanoTime();
        while (!notes().isEmpty() && !stop.isDone() && System.nanoTime() - start < READINESS.toNanos()) {
            waitAndShow();
        }
    }

    /** Waits for the poses that are due and, unless the run must end now, for the labels and the training on them. */
    private void settle(boolean camerasEnded, long end) {
        long since = System.nanoTime();
        long before = -1;
        while (true) {
            Figures f = monitor.figures();
            long due = f.frames() * objects;
            boolean hurry = !camerasEnded || stop.isDone() || System.nanoTime() > end;
            if (f.poses() >= due && (hurry || (monitor.allLabelled() && trained(f)))) {
                return;
            }
            long done = f.frames() + f.poses() + f.labelled() + labelsUsed(f);
            if (done != before && !stop.isDone()) {
                before = done;
                since = System.nanoTime();
            }
            if (System.nanoTime() - since > (stop.isDone() ? LAST_POSES : PATIENCE).toNanos()) {
                LOG.warn(
                        "stopped with {} of {} poses, {} of {} labels used",
                        f.poses(),
                        due,
                        labelsUsed(f),
                        f.labelled());
                return;
            }
            waitAndShow();
        }
    }

    private static boolean trained(Figures f) {
        return labelsUsed(f) >= f.labelled();
    }

    private static long labelsUsed(Figures f) {
        return f.training().map(t -> t.labels() + t.skipped()).orElse(0L);
    }

    /** Waits a moment, shows the figures, and notices a service that failed. */
    private void waitAndShow() {
        try {
            if (stop.isDone()) {
                Thread.sleep(50);
            } else {
                stop.get(REDRAW.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            // the moment has passed
        } catch (Exception e) {
            throw new CompletionException(e);
        }
        for (Service service : others) {
            if (service.termination().isDone()) {
                Watch.failIfFailed(service);
                throw new UserError(service.name() + " ended by itself");
            }
        }
        if (ingest.termination().isDone()) {
            Watch.failIfFailed(ingest);
        }
        show();
    }

    private void show() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        if (terminal.draws()) {
            terminal.show(LiveView.block(monitor.figures(), elapsed, allNotes()));
        } else if (System.nanoTime() - shownNanos > PLAIN_LINE.toNanos() || shownNanos == 0) {
            shownNanos = System.nanoTime();
            terminal.line(LiveView.line(monitor.figures(), elapsed, allNotes()));
        }
    }

    private Map<String, String> notes() {
        Map<String, String> notes = new TreeMap<>();
        for (Service service : others) {
            if (!service.health().ready()) {
                notes.put(service.name(), service.health().detail());
            }
        }
        return notes;
    }

    /** Also the cameras that are away, the objects that are not found, and an external teacher that has not begun. */
    private Map<String, String> allNotes() {
        Map<String, String> notes = notes();
        for (Service service : others) {
            service.notes().forEach((what, note) -> notes.put(service.name() + ": " + what, note));
        }
        ingest.away().forEach((camera, state) -> notes.put("camera " + camera, state));
        if (others.stream().noneMatch(TeacherService.class::isInstance)
                && monitor.figures().labelled() == 0) {
            notes.put("teacher", "waiting for labels of yours in local-predictions (docs/own-teacher.md)");
        }
        return notes;
    }

    /** Closes all at the same time, so that together they take no longer than the slowest. */
    static void closeAll(List<? extends AutoCloseable> closeables) {
        List<Thread> threads = new ArrayList<>();
        for (AutoCloseable closeable : closeables) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            closeable.close();
                        } catch (Exception e) {
                            LOG.warn("closing {}: {}", closeable, Failures.explain(e), e);
                        }
                    },
                    "close");
            thread.start();
            threads.add(thread);
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
