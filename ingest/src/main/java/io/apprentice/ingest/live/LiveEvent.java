package io.apprentice.ingest.live;

/** What a live camera gave, in order. */
public sealed interface LiveEvent {

    /** A frame. */
    record Taken(LiveFrame frame) implements LiveEvent {}

    /** A frame that could not be decoded. */
    record Broken() implements LiveEvent {}

    /** Frames that had to make way for newer ones, since nobody took them in time. */
    record Lost(int frames) implements LiveEvent {}
}
