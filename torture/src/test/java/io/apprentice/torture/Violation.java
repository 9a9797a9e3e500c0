package io.apprentice.torture;

/** Something that was promised does not hold, or a fault did not strike. */
final class Violation extends RuntimeException {
    Violation(String message) {
        super(message);
    }
}
