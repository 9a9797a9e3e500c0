package io.apprentice.ingest.live;

/** A connection to a camera is over; the message is the reason. */
final class StreamException extends Exception {

    private static final long serialVersionUID = 1;

    StreamException(String reason) {
        super(reason);
    }
}
