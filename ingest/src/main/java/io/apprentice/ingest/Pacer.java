package io.apprentice.ingest;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Gives the word for each frame at a steady rate. A camera that fell behind does not catch up with a burst. */
final class Pacer {

    private final CountDownLatch stop;
    private final double framesPerSecond;
    private long start = System.nanoTime();
    private long frames;

    /** At this many frames per second, possibly infinite, until {@code stop} is counted down. */
    Pacer(double framesPerSecond, CountDownLatch stop) {
        this.framesPerSecond = framesPerSecond;
        this.stop = stop;
    }

    /** Waits for the next frame's moment; false: stop. */
    boolean await() throws InterruptedException {
        long now = System.nanoTime();
        long due = due(now);
        frames++;
        return !stop.await(due - now, TimeUnit.NANOSECONDS);
    }

    /** Whether the next frame's moment has come: for a camera that gives more frames than are wanted. */
    boolean isDue() {
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
