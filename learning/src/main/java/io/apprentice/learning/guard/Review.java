package io.apprentice.learning.guard;

import java.util.Map;

/**
 * What the {@link Guard} decided, and why.
 *
 * @param figures that decided, by name; distances in object sizes
 * @param reason the same in words
 */
public record Review(Verdict verdict, Map<String, Double> figures, String reason) {

    /** What becomes of a student. */
    public enum Verdict {
        /** The candidate comes into use. */
        PROMOTED,
        /** The candidate does not come into use; training goes on. */
        WITHHELD,
        /** The version in use goes, its predecessor comes back. */
        ROLLED_BACK
    }
}
