package io.apprentice.lab;

/** A mistake of the caller: the message names the thing and what was expected, and is all that the terminal shows. */
public final class UserError extends RuntimeException {
    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
