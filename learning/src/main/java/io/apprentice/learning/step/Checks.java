package io.apprentice.learning.step;

/** Checks of settings; the messages name the key. */
public final class Checks {

    private Checks() {}

    public static void share(String key, double value) {
        require(value >= 0 && value <= 1, key, value, "0 to 1");
    }

    public static void positive(String key, double value) {
        require(value > 0 && value < Double.POSITIVE_INFINITY, key, value, "a finite number above 0");
    }

    public static void notNegative(String key, double value) {
        require(value >= 0 && value < Double.POSITIVE_INFINITY, key, value, "a finite number of at least 0");
    }

    public static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("%s: expected %s, got %s".formatted(key, expected, value));
        }
    }
}
