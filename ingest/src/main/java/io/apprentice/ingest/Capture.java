package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.ImageEncoding;
import java.util.List;

/** What a camera gives when asked for its next frame. */
sealed interface Capture {

    /**
     * An image, compressed.
     *
     * @param truth true poses of configured objects, empty where unknown
     */
    record Image(ImageEncoding encoding, byte[] bytes, CameraIntrinsics intrinsics, List<TruePose> truth)
            implements Capture {}

    /** There was a frame, but it cannot be used; the next one may. */
    record Unreadable(String reason) implements Capture {}

    /** There are no more frames. */
    record End() implements Capture {}
}
