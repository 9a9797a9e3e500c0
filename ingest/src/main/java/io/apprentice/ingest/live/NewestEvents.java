package io.apprentice.ingest.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A short queue in which the oldest events make way for the newest: at most {@value #MOST_EVENTS}, of at most 32 MiB unless
 * the newest alone is larger. What is lost is counted in its place. Thread-safe.
 */
final class NewestEvents {

    private static final int MOST_EVENTS = 15;
    private static final long MOST_BYTES = 32L << 20;

    private final Deque<LiveEvent> events = new ArrayDeque<>();
    private long bytes;
    private int lost;

    synchronized void add(LiveEvent event) {
        events.addLast(event);
        bytes += size(event);
        while (events.size() > 1 && (events.size() > MOST_EVENTS || bytes > MOST_BYTES)) {
            removeFirst();
            lost++;
        }
        notifyAll();
    }

    private LiveEvent removeFirst() {
        LiveEvent first = events.removeFirst();
        bytes -= size(first);
        return first;
    }

    private static int size(LiveEvent event) {
        return event instanceof LiveEvent.Taken taken ? taken.frame().image().length : 0;
    }

    /** The oldest event; empty if there is none within this time. */
    synchronized Optional<LiveEvent> poll(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (events.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
        if (lost > 0) {
            LiveEvent.Lost told = new LiveEvent.Lost(lost);
            lost = 0;
            return Optional.of(told);
        }
        return Optional.of(removeFirst());
    }
}
