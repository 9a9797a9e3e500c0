package io.apprentice.streaming.service;

/** What a service does if records come faster than it can process them. */
public enum Mode {
    /** Skips late records, so that it stays close to the camera, and counts them. */
    LIVE,
    /** Skips no records, however late they are. */
    REPLAY
}
