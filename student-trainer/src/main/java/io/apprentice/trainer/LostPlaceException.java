package io.apprentice.trainer;

/** This trainer no longer owns what it folded in since the last commit: it must go back to the last checkpoint. */
final class LostPlaceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    LostPlaceException(String message) {
        super(message);
    }
}
