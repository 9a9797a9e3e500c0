package io.apprentice.pose.estimate;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Threads for independent parts of a task, shared by whoever has such tasks. Thread-safe. */
public final class Workers implements AutoCloseable {

    private final int threads;
    private final Executor executor;
    private final Runnable end;

    private Workers(int threads, Executor executor, Runnable end) {
        this.threads = threads;
        this.executor = executor;
        this.end = end;
    }

    /** No threads of its own: the calling one does one part after the other. */
    public static Workers none() {
        return new Workers(1, Runnable::run, () -> {});
    }

    /**
     * Daemon threads of a name.
     *
     * @param threads how many; 1: none of its own
     */
    public static Workers of(int threads, String name) {
        if (threads == 1) {
            return none();
        }
        ExecutorService executor = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        return new Workers(threads, executor, executor::shutdown);
    }

    /** How many parts are done at a time. */
    public int threads() {
        return threads;
    }

    /**
     * Applies {@code function} to every item and waits for all; the results are in order. If some fail, the exception of one
     * of them is thrown in the end. Not to be called from within such a function. A single item is the caller's own work.
     */
    public <T, R> List<R> map(List<T> items, Function<T, R> function) {
        if (items.size() == 1) {
            return List.of(function.apply(items.get(0)));
        }
        List<CompletableFuture<R>> results = items.stream()
                .map(item -> CompletableFuture.supplyAsync(() -> function.apply(item), executor))
                .toList();
        try {
            CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        return results.stream().map(CompletableFuture::join).toList();
    }

    /** Ends the threads once they have done what they were given. */
    @Override
    public void close() {
        end.run();
    }
}
