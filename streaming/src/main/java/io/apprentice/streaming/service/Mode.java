package io.apprentice.streaming.service;

/** What a service does when records come faster than it can work. */
public enum Mode {
    /** Passes over what is late, so that it stays close to the camera; what it passes over is counted. */
    LIVE,
    /** Passes over nothing, however late. */
    REPLAY
}
