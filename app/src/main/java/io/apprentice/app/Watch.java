package io.apprentice.app;

import io.apprentice.streaming.service.Service;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the end of one service and says what it is waiting for in the meantime. */
final class Watch {
    private Watch() {}

    /** @throws UserError if the service failed */
    static void untilEnd(Service service, Terminal terminal, CompletableFuture<Void> stop) {
        String said = "";
        while (!stop.isDone() && !service.termination().isDone()) {
            String state = service.name() + ": " + state(service);
            if (!state.equals(said)) {
                terminal.line(state);
                said = state;
            }
            try {
                CompletableFuture.anyOf(stop, service.termination()).get(500, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // look again
            } catch (Exception e) {
                break; // the service's failure is reported below
            }
        }
        if (service.termination().isDone()) {
            failIfFailed(service);
        }
        terminal.line(service.name() + ": stopping");
    }

    /** @throws UserError if a service that has terminated did so by a failure */
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
