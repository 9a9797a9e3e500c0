package io.apprentice.inference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what happens when a stream thread dies. After a passing Kafka fault a new thread takes its place. Any other
 * fault, or too many in a minute, ends the service with the fault as its reason.
 */
final class StreamFaults implements StreamsUncaughtExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(StreamFaults.class);
    private static final int MOST_PER_MINUTE = 10;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final CompletableFuture<Void> termination;
    private final Deque<Long> passing = new ArrayDeque<>();

    StreamFaults(CompletableFuture<Void> termination) {
        this.termination = termination;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable fault) {
        long now = System.nanoTime();
        passing.removeIf(time -> now - time > MINUTE_NANOS);
        if (isRetriable(fault) && passing.size() < MOST_PER_MINUTE) {
            passing.add(now);
            LOG.warn("A stream thread is replaced after a passing fault: {}", fault.getMessage(), fault);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.error("The inference stops: {}", fault.getMessage(), fault);
        termination.completeExceptionally(fault);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** A broker that gave a transaction up, because somebody was frozen for too long, answers with an invalid state. */
    private static boolean isRetriable(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException || cause instanceof InvalidTxnStateException) {
                return true;
            }
        }
        return false;
    }
}
