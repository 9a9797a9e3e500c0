package io.apprentice.ingest;

import io.apprentice.ingest.live.CameraState;

/**
 * Figures of a camera.
 *
 * @param cameraId the camera
 * @param frames frames that the broker has acknowledged
 * @param bytes their compressed images, bytes
 * @param dropped frames not sent, because sending could not keep up with the camera or failed
 * @param unreadable frames that the source could not decode
 * @param state what the camera is up to; the frames of one that is not live simply come until it ends
 */
public record CameraStats(String cameraId, long frames, long bytes, long dropped, long unreadable, CameraState state) {

    /** Whether no more frames will come. */
    public boolean finished() {
        return state.phase() == CameraState.Phase.ENDED;
    }
}
