package io.apprentice.app;

/** A mistake of the caller: the message names the thing and what was expected, and is all that the terminal shows. */
final class UserError extends RuntimeException {
    UserError(String message) {
        super(message);
    }

    UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
