package io.apprentice.ingest;

/** A source of frames, opened; for one thread. */
interface Camera extends AutoCloseable {

    /** The camera's own pace, frames per second. */
    double framesPerSecond();

    /** Whether the world paces this camera, so that {@link #next} waits for it and a frame not taken is gone. */
    boolean isLive();

    /** The next frame, in order; after {@link Capture.End} always that again. */
    Capture next();

    /** Frees what the camera holds. */
    @Override
    void close();
}
