package io.apprentice.trainer;

/** What was folded in since the last commit is not this trainer's any more: it must go back to the last checkpoint. */
final class LostPlaceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    LostPlaceException(String message) {
        super(message);
    }
}
