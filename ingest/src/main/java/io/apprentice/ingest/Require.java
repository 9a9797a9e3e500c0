package io.apprentice.ingest;

/** Checks of settings. */
final class Require {

    private Require() {}

    static void that(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("ingest.%s must be %s, got %s".formatted(key, expected, value));
        }
    }
}
