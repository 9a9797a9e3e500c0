package io.apprentice.learning.online;

/** Too many steps in a row had no finite loss: something is wrong that going on would not cure. */
public final class TrainingDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The message says how many steps, and where. */
    public TrainingDivergedException(String message) {
        super(message);
    }
}
