package io.apprentice.ingest.pace;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Decides when to send each frame at a steady rate. A camera that fell behind does not catch up in a burst. */
public final class Pacer {

    private final CountDownLatch stop;
    private final double framesPerSecond;
    private long start = System.nanoTime();
    private long frames;

    /** A pacer with this many frames per second, possibly infinite, until {@code stop} is counted down. */
    public Pacer(double framesPerSecond, CountDownLatch stop) {
        this.framesPerSecond = framesPerSecond;
        this.stop = stop;
    }

    /** Waits until the next frame is due; false if the work must stop. */
    public boolean await() throws InterruptedException {
        long now = System.nanoTime();
        long due = due(now);
        frames++;
        return !stop.await(due - now, TimeUnit.NANOSECONDS);
    }

    /** Whether the next frame is due; for a camera that delivers more frames than are wanted. */
    public boolean isDue() {
        long now = System.nanoTime();
        boolean due = due(now) <= now;
        if (due) {
            frames++;
        }
        return due;
    }

    private long due(long now) {
        double period = 1e9 / framesPerSecond;
        long due = start + Math.round(frames * period);
        if (now - due > period) {
            start = now;
            frames = 0;
            return now;
        }
        return due;
    }
}
