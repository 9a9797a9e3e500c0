package io.apprentice.app.live;

import io.apprentice.app.terminal.Failures;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import io.apprentice.streaming.service.Service;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the end of one service, or of what it needs, and reports in the meantime what it waits for or has done. */
public final class Watch {
    private static final Duration BETWEEN_TALLIES = Duration.ofSeconds(5);

    private Watch() {}

    /**
     * Returns when the service has ended or the user wants to stop.
     *
     * @param services of the process
     * @throws UserError if the service or the cluster failed
     */
    public static void untilEnd(Service service, Services services, Terminal terminal, CompletableFuture<Void> stop) {
        Service cluster = services.cluster();
        String reported = "";
        boolean clusterReady = true;
        Tally tally = new Tally(services.context().metrics());
        long tallied = System.nanoTime();
        CompletableFuture<Object> end = CompletableFuture.anyOf(stop, service.termination(), cluster.termination());
        while (!end.isDone()) {
            if (cluster.health().ready() != clusterReady) {
                clusterReady = !clusterReady;
                terminal.line(service.name() + ": " + cluster.health().detail());
            }
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
                end.get(500, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // check again
            } catch (Exception e) {
                break; // the service's failure is reported below
            }
        }
        for (Service ended : List.of(service, cluster)) {
            if (ended.termination().isDone()) {
                failIfFailed(ended);
            }
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
