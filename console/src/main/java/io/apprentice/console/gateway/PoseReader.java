package io.apprentice.console.gateway;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Takes one reader along: through the topic, as fast as it can, where it asks for what the log no longer keeps, then
 * through the log. It hands over between the two without a gap or a double. Nothing waits for a slow reader.
 */
final class PoseReader implements AutoCloseable {

    private final PoseLog log;
    private final Wanted wanted;
    private final Executor loop;
    private final Set<PoseReader> awake;
    private final Function<PoseReader, Flux<Batch>> past;
    private final Runnable release;
    private final AtomicBoolean woken = new AtomicBoolean();
    private Place place;
    private PoseLog.@Nullable Cursor cursor;
    private @Nullable FluxSink<Batch> sink;
    private boolean idle;

    /**
     * A reader.
     *
     * @param from where it begins; empty: with the next pose that comes
     * @param loop one thread, on which it gets what the log has
     * @param awake those that {@link #wake()} is called for
     * @param past what the topic has between {@link #place()} and its end, calling {@link #reach}
     * @param release is called when it needs the topic no longer, perhaps more than once
     */
    PoseReader(
            PoseLog log,
            Wanted wanted,
            Optional<Place> from,
            Executor loop,
            Set<PoseReader> awake,
            Function<PoseReader, Flux<Batch>> past,
            Runnable release) {
        this.log = log;
        this.wanted = wanted;
        this.loop = loop;
        this.awake = awake;
        this.past = past;
        this.release = release;
        cursor = from.isPresent() ? null : log.fromNow(wanted);
        place = from.orElseGet(log::place);
    }

    Place place() {
        return place;
    }

    Wanted wanted() {
        return wanted;
    }

    /** It has all before this place. */
    void reach(Place reached) {
        place = reached;
    }

    /** What it gets, without end; nothing is made before it is asked for. */
    Flux<Batch> batches() {
        return Flux.defer(this::further).repeat();
    }

    private Flux<Batch> further() {
        if (cursor == null) {
            cursor = log.after(place, wanted).orElse(null);
        }
        return cursor == null ? past.apply(this) : Flux.create(this::follow);
    }

    private void follow(FluxSink<Batch> to) {
        sink = to;
        to.onRequest(demand -> wake());
        to.onDispose(() -> awake.remove(this));
        awake.add(this);
    }

    /** There may be something new. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            loop.execute(this::give);
        }
    }

    /** A reader who has got nothing since the last call gets a sign of life. */
    void beat() {
        loop.execute(() -> {
            FluxSink<Batch> to = sink;
            if (idle && to != null && to.requestedFromDownstream() > 0) {
                to.next(Batch.ALIVE);
            }
            idle = true;
        });
    }

    private void give() {
        woken.set(false);
        FluxSink<Batch> to = sink;
        PoseLog.Cursor from = cursor;
        if (to == null || from == null || to.isCancelled()) {
            return;
        }
        while (to.requestedFromDownstream() > 0) {
            boolean kept = from.keepsUp();
            Optional<Batch> batch = log.isLost(from) ? Optional.empty() : log.take(from);
            place = from.place();
            if (from.keepsUp() && !kept) {
                release.run();
            }
            if (batch.isEmpty()) {
                break;
            }
            idle = false;
            to.next(batch.get());
        }
        if (log.isLost(from)) {
            cursor = null; // the topic still has it
            sink = null;
            to.complete();
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
