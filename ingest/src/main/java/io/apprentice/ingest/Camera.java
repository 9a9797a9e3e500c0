package io.apprentice.ingest;

/** An open source of frames; for one thread. */
interface Camera extends AutoCloseable {

    /** The camera's own pace, frames per second. */
    double framesPerSecond();

    /**
     * Whether the camera delivers frames in real time: {@link #next} waits for a frame, and a frame that is not taken
     * is lost.
     */
    boolean isLive();

    /** The next frame, in order; after {@link Capture.End} always {@code End}. */
    Capture next();

    /** Frees what the camera holds. */
    @Override
    void close();
}
