package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.ImageEncoding;
import java.util.List;

/** Result of a request for a camera's next frame. */
sealed interface Capture {

    /**
     * An image, compressed.
     *
     * @param truth true poses of configured objects; empty if unknown
     */
    record Image(ImageEncoding encoding, byte[] bytes, CameraIntrinsics intrinsics, List<TruePose> truth)
            implements Capture {}

    /** There was a frame, but it cannot be read; the next one may be readable. */
    record Unreadable(String reason) implements Capture {}

    /** There are no more frames. */
    record End() implements Capture {}
}
