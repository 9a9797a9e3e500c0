package io.apprentice.learning.sample;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/** Makes numbered batches ahead of their use, on threads of its own, and hands them out in order. */
public final class CropsAhead<B> implements AutoCloseable {

    private static final int BATCHES_AHEAD = 6;
    private static final long LONGEST_BATCH_SECONDS = 60;

    private final ExecutorService threads;
    private final LongFunction<B> maker;
    private final Queue<Future<B>> ahead = new ArrayDeque<>();
    private long next;
    private long waitedNanos;

    /** Begins with batch number {@code first}. */
    public CropsAhead(LongFunction<B> maker, long first, int threadCount) {
        this.maker = maker;
        next = first;
        threads = Executors.newFixedThreadPool(threadCount, work -> {
            Thread thread = new Thread(work, "crops-ahead");
            thread.setDaemon(true);
            return thread;
        });
        fill();
    }

    private void fill() {
        while (ahead.size() < BATCHES_AHEAD) {
            long number = next++;
            ahead.add(threads.submit(() -> maker.apply(number)));
        }
    }

    /**
     * The next batch; waits for it if need be.
     *
     * @throws UncheckedIOException if it needs a file that cannot be read
     * @throws IllegalStateException if it cannot be made for another reason
     */
    public B take() {
        long from = System.nanoTime();
        try {
            B batch = ahead.remove().get();
            fill();
            return batch;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for crops", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UncheckedIOException unread) {
                throw new UncheckedIOException(unread.getCause());
            }
            throw new IllegalStateException("a batch of crops cannot be made", e.getCause());
        } finally {
            waitedNanos += System.nanoTime() - from;
        }
    }

    /** Time spent waiting in {@link #take} so far. */
    public long waitedNanos() {
        return waitedNanos;
    }

    /** Ends the threads after their current batches. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(LONGEST_BATCH_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "a batch of crops took more than %d s".formatted(LONGEST_BATCH_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
