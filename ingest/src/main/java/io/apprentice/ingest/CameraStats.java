package io.apprentice.ingest;

/**
 * State of a camera.
 *
 * @param cameraId the camera
 * @param frames frames that the broker has acknowledged
 * @param bytes their compressed images, bytes
 * @param dropped frames not sent, because sending could not keep up with the camera or failed
 * @param unreadable frames that the source could not decode
 * @param finished whether no more frames will come
 */
public record CameraStats(String cameraId, long frames, long bytes, long dropped, long unreadable, boolean finished) {}
