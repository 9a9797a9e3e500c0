package io.apprentice.streaming.service;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A part of the system that runs until it is closed. Services start in any order: each waits for what it needs. */
public interface Service extends AutoCloseable {

    /** Name for people and metrics, for example {@code teacher}. */
    String name();

    /** Starts without blocking; called once. */
    void start();

    /** Current state. */
    Health health();

    /** What a person should know although the service works, a line for each thing by its name; empty if all is well. */
    default Map<String, String> notes() {
        return Map.of();
    }

    /** Completes when the service has ended by itself or by {@link #close()}, and exceptionally if it failed. */
    CompletableFuture<Void> termination();

    /** Finishes what is in flight, commits, and ends within 10 s. */
    @Override
    void close();
}
