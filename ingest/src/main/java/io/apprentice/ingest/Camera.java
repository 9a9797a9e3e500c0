package io.apprentice.ingest;

import io.apprentice.ingest.live.CameraState;
import java.util.Optional;

/** An open source of frames; for one thread, but for {@link #state}. */
interface Camera extends AutoCloseable {

    /** The camera's own pace, frames per second; without meaning if it is live. */
    double framesPerSecond();

    /**
     * Whether the camera delivers frames in real time: a frame that is not taken is lost, and a camera that goes away
     * comes back by itself.
     */
    boolean isLive();

    /**
     * The next frame, in order; after {@link Capture.End} always {@code End}. A live camera answers within a moment,
     * with {@link Capture.Nothing} if there is no frame.
     */
    Capture next();

    /** What a live camera is up to, for any thread; empty for others, whose frames simply come. */
    default Optional<CameraState> state() {
        return Optional.empty();
    }

    /** Frees what the camera holds. */
    @Override
    void close();
}
