package io.apprentice.learning.online;

/**
 * When a scene counts as changed; needs the guard.
 *
 * @param factor both the student's distance from the teacher and the disagreement among its own cells must exceed their
 *     usual values this many times; where only the distance grows, the teacher is as suspect as the scene
 * @param labels how many labels of a camera in a row must show it
 * @param favour for this many labels after a change, half of the draws from the replay are of labels since then
 */
public record DriftSettings(double factor, int labels, int favour) {

    /** Notices a change at the second label. */
    public static final DriftSettings DEFAULT = new DriftSettings(5, 2, 200);

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public DriftSettings {
        require(factor > 1 && factor < Double.POSITIVE_INFINITY, "factor", factor, "a finite number above 1");
        require(labels >= 1 && labels <= 1000, "labels", labels, "1 to 1000");
        require(favour >= 0, "favour", favour, "at least 0");
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("student.drift.%s must be %s, got %s".formatted(key, expected, value));
        }
    }
}
