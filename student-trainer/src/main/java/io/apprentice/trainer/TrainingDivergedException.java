package io.apprentice.trainer;

/** Too many steps in a row without a finite loss: something is wrong that going on does not cure. */
final class TrainingDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TrainingDivergedException(String message) {
        super(message);
    }
}
