package io.apprentice.ingest.push;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where the pictures of one camera wait to be taken. Bounded: a picture has a place from its first byte to its reply. */
public final class PushQueue {

    /** Enough to keep the way to the broker busy; together they may take as much memory as four of the largest pictures. */
    static final int PLACES = 4;

    private final String camera;
    private final PushToken token;
    private final Semaphore places = new Semaphore(PLACES);
    private final BlockingQueue<PushedFrame> frames = new LinkedBlockingQueue<>(PLACES);
    private boolean closed;

    PushQueue(String camera, PushToken token) {
        this.camera = camera;
        this.token = token;
    }

    String camera() {
        return camera;
    }

    PushToken token() {
        return token;
    }

    /** Takes a place, if there is one; {@link #leave} gives it back. */
    boolean enter() {
        return places.tryAcquire();
    }

    void leave() {
        places.release();
    }

    /** Of somebody who has a place. */
    synchronized void put(PushedFrame frame) {
        if (closed) {
            frame.reply().complete(Reply.lost("the camera has been closed"));
        } else {
            frames.add(frame);
        }
    }

    /** The next picture; null if there is none within this time. */
    public @Nullable PushedFrame poll(long millis) throws InterruptedException {
        return frames.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** Tells all who wait, now and later, that nobody takes their pictures. */
    public synchronized void close() {
        closed = true;
        frames.forEach(frame -> frame.reply().complete(Reply.lost("the camera has been closed")));
        frames.clear();
    }
}
