package io.apprentice.pose.alignment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Independent work on a given number of threads, including the caller; idle threads end after a minute. */
final class Parallel {

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "alignment");
        thread.setDaemon(true);
        return thread;
    });

    private Parallel() {}

    /** Applies {@code function} to every item; results in order. The first exception, if any, is thrown at the end. */
    static <T, R> List<R> map(List<T> items, int threads, Function<T, R> function) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: expected at least 1, got " + threads);
        }
        List<R> results = new ArrayList<>(java.util.Collections.nCopies(items.size(), null));
        AtomicInteger next = new AtomicInteger();
        Runnable work = () -> {
            for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
                results.set(i, function.apply(items.get(i)));
            }
        };
        CompletableFuture<?>[] others = new CompletableFuture<?>[Math.max(0, Math.min(threads, items.size()) - 1)];
        Arrays.setAll(others, i -> CompletableFuture.runAsync(work, THREADS));
        try {
            work.run();
        } finally {
            join(others);
        }
        return results;
    }

    private static void join(CompletableFuture<?>[] others) {
        try {
            CompletableFuture.allOf(others).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
