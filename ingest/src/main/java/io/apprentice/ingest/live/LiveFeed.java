package io.apprentice.ingest.live;

import io.apprentice.ingest.live.CameraState.Phase;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames of one live camera for as long as they are wanted. A thread of its own talks to a {@link Decoder}, and connects
 * again whenever the camera is lost. Whoever takes the frames is the watchdog: {@link #next} kills a decoder that hangs.
 * Only a few frames wait; the newest ones stay.
 */
public final class LiveFeed implements AutoCloseable {

    /** Says what to open, before each attempt. */
    @FunctionalInterface
    public interface Requests {
        /**
         * What to open now.
         *
         * @throws IOException if that cannot be known now, with the reason; it will be asked again
         */
        Request next() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
    /** A camera is called silent after this part of the time of silence. */
    private static final int SILENT_PART = 3;

    private static final long POLL_MILLIS = 100;

    private final String camera;
    private final Requests requests;
    private final Duration silenceTimeout;
    private final Decoders decoders;
    private final NewestEvents events = new NewestEvents();
    private final Backoff backoff = new Backoff(new SplittableRandom());
    private final Watchdog watchdog;
    private final Thread thread;

    private Optional<Decoder> decoder = Optional.empty();
    private boolean closed;
    private volatile CameraState state = CameraState.now(Phase.CONNECTING, "");
    private boolean everLive;

    /**
     * Starts nothing yet.
     *
     * @param camera the camera's id
     * @param requests asked before each attempt
     * @param openTimeout how long the first frame may take
     * @param silenceTimeout how long the camera may send nothing
     */
    public LiveFeed(String camera, Requests requests, Duration openTimeout, Duration silenceTimeout) {
        this(Decoders.SHARED, camera, requests, openTimeout, silenceTimeout);
    }

    LiveFeed(Decoders decoders, String camera, Requests requests, Duration openTimeout, Duration silenceTimeout) {
        this.camera = camera;
        this.requests = requests;
        watchdog = new Watchdog(openTimeout, silenceTimeout);
        this.silenceTimeout = silenceTimeout;
        this.decoders = decoders;
        thread = new Thread(this::run, "live-" + camera);
        thread.setDaemon(true);
    }

    private void run() {
        try {
            while (!isClosed()) {
                String reason = Address.masked(connect());
                if (!isClosed()) {
                    lost(reason);
                    pause(backoff.next());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("camera {}: given up", camera, e);
            state = new CameraState(Phase.ENDED, Instant.now(), state.reconnects(), e.toString());
        } finally {
            decoders.leave();
        }
    }

    /** Connects and reads until the camera is lost; returns why. */
    private String connect() throws InterruptedException {
        Decoder child;
        try {
            Request request = requests.next();
            child = decoder();
            watchdog.asked();
            try {
                child.send(request);
                return read(child);
            } catch (IOException e) {
                return buried(child, e);
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage()); // no request, or no decoder
        }
    }

    private synchronized Decoder decoder() throws IOException {
        if (decoder.isEmpty()) {
            if (closed) {
                throw new IOException("closed");
            }
            decoder = Optional.of(decoders.take(camera));
            watchdog.started(decoder.get());
        }
        return decoder.get();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private String read(Decoder child) throws IOException {
        boolean first = true;
        while (true) {
            Message message = child.read();
            if (message instanceof Message.Beat beat) {
                watchdog.beat(beat);
            } else if (message instanceof Message.Picture picture) {
                watchdog.frame();
                if (first) {
                    first = false;
                    found();
                }
                events.add(new LiveEvent.Taken(picture.frame()));
            } else if (message instanceof Message.Broken) {
                events.add(new LiveEvent.Broken());
            } else if (message instanceof Message.Over over) {
                watchdog.over();
                return over.reason();
            }
        }
    }

    /** The decoder is gone, or talks nonsense; the next attempt starts a new one. */
    private String buried(Decoder child, IOException e) throws InterruptedException {
        String verdict = watchdog.buried();
        synchronized (this) {
            decoder = Optional.empty();
        }
        if (!(e instanceof EOFException)) {
            child.kill();
        }
        String end = child.epitaph();
        if (!verdict.isEmpty()) {
            return verdict;
        }
        return e instanceof EOFException ? end : String.valueOf(e.getMessage());
    }

    private void found() {
        backoff.reset();
        CameraState before = state;
        long away = Math.max(0, Duration.between(before.since(), Instant.now()).toMillis());
        state = new CameraState(Phase.LIVE, Instant.now(), before.reconnects() + (everLive ? 1 : 0), before.reason());
        LOG.info("camera {}: live after {} ms", camera, away);
        everLive = true;
    }

    private void lost(String reason) {
        CameraState before = state;
        if (before.phase() == Phase.LIVE || !reason.equals(before.reason())) {
            LOG.warn(
                    "camera {}: {}: {}; trying again until it is back",
                    camera,
                    before.phase() == Phase.LIVE ? "lost" : "not there",
                    reason);
        }
        Instant since = before.phase() == Phase.LIVE ? Instant.now() : before.since();
        state = new CameraState(Phase.CONNECTING, since, before.reconnects(), reason);
    }

    private synchronized void pause(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); left > 0 && !closed; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    /** The next event; empty if nothing came for a moment. The first call connects. Each is also the watchdog's look. */
    public Optional<LiveEvent> next() throws InterruptedException {
        if (thread.getState() == Thread.State.NEW) {
            decoders.join();
            thread.start();
        }
        watchdog.look();
        return events.poll(POLL_MILLIS);
    }

    /** What the camera is up to; for any thread. */
    public CameraState state() {
        CameraState now = state;
        Duration silence = watchdog.silence();
        return now.phase() == Phase.LIVE && silence.compareTo(silenceTimeout.dividedBy(SILENT_PART)) > 0
                ? new CameraState(Phase.SILENT, Instant.now().minus(silence), now.reconnects(), now.reason())
                : now;
    }

    /** Lets the camera go, and ends the decoder within two seconds. */
    @Override
    public void close() {
        Optional<Decoder> last;
        synchronized (this) {
            closed = true;
            last = decoder;
            notifyAll();
        }
        last.ifPresent(Decoder::close);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
