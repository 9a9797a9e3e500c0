package io.apprentice.app.terminal;

import io.apprentice.lab.UserError;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns Ctrl-C and SIGTERM into a request to stop, and gives the command the time to do so. */
public final class StopSignal implements AutoCloseable {
    private static final long LONGEST_STOP_SECONDS = 10;

    private final CompletableFuture<Void> requested = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread hook = new Thread(this::request, "stop-signal");

    public StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Completed when someone wants the process to end. */
    public CompletableFuture<Void> requested() {
        return requested;
    }

    /**
     * Does work that may take long, unless the user wants the process to end.
     *
     * @param stop completed when the user does; interrupts the work
     * @throws UserError if the work was interrupted
     */
    public static <T> T unlessStopped(CompletableFuture<Void> stop, Callable<T> work) throws Exception {
        Thread worker = Thread.currentThread();
        CompletableFuture<Void> interruption = stop.thenRun(worker::interrupt);
        try {
            return work.call();
        } catch (InterruptedException e) {
            throw new UserError("stopped before it had started", e);
        } finally {
            interruption.cancel(false);
        }
    }

    private void request() {
        requested.complete(null);
        try {
            if (!stopped.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                Terminal.INSTANCE.line("apprentice: not stopped after " + LONGEST_STOP_SECONDS + " s, exiting");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is stopped: the process may end. */
    @Override
    public void close() {
        stopped.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the hook is running: it has just been released
        }
    }
}
