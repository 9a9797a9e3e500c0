package io.apprentice.streaming.avro;

/** Thrown if bytes are not the expected record; the message says why. */
public final class UndecodableRecordException extends Exception {

    private static final long serialVersionUID = 1;

    /** An exception with the reason. */
    public UndecodableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
