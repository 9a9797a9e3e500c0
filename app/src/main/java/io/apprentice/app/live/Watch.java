package io.apprentice.app.live;

import io.apprentice.app.terminal.Failures;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import io.apprentice.streaming.service.Service;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the end of one service and reports in the meantime what it waits for or has done. */
public final class Watch {
    private static final Duration BETWEEN_TALLIES = Duration.ofSeconds(5);

    private Watch() {}

    /**
     * Returns when the service has ended or the user wants to stop.
     *
     * @throws UserError if the service failed
     */
    public static void untilEnd(
            Service service, MeterRegistry metrics, Terminal terminal, CompletableFuture<Void> stop) {
        String reported = "";
        Tally tally = new Tally(metrics);
        long tallied = System.nanoTime();
        while (!stop.isDone() && !service.termination().isDone()) {
            String state = service.name() + ": " + state(service);
            if (!state.equals(reported)) {
                terminal.line(state);
                reported = state;
            }
            if (System.nanoTime() - tallied > BETWEEN_TALLIES.toNanos()) {
                report(tally, service, terminal);
                tallied = System.nanoTime();
            }
            try {
                CompletableFuture.anyOf(stop, service.termination()).get(500, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // check again
            } catch (Exception e) {
                break; // the service's failure is reported below
            }
        }
        if (service.termination().isDone()) {
            failIfFailed(service);
        }
        report(tally, service, terminal);
        terminal.line(service.name() + ": stopping");
    }

    private static void report(Tally tally, Service service, Terminal terminal) {
        String line = tally.line();
        if (!line.isEmpty()) {
            terminal.line(service.name() + ": " + line);
        }
    }

    /** @throws UserError if the service has terminated with a failure */
    static void failIfFailed(Service service) {
        try {
            service.termination().join();
        } catch (CompletionException e) {
            throw new UserError(service.name() + " failed: " + Failures.explain(e), e);
        }
    }

    private static String state(Service service) {
        return service.health().ready() ? "running" : service.health().detail();
    }
}
