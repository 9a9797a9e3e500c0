package io.apprentice.streaming.avro;

/** Bytes that are not the record they should be; the message says why. */
public final class UndecodableRecordException extends Exception {

    private static final long serialVersionUID = 1;

    /** With the reason. */
    public UndecodableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
