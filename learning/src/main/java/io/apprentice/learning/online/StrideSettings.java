package io.apprentice.learning.online;

/**
 * How often the teacher labels, by how near the student in use comes to labels that it has not learnt from; needs the
 * guard. Distances are in object sizes, averaged over about five labels.
 *
 * @param adaptive whether the trainer directs the teacher; otherwise {@code teacher.stride} holds
 * @param min frames from one label to the next when learning needs labels
 * @param max frames from one label to the next when the student does as well as the teacher
 * @param near at this distance or below, the stride doubles
 * @param far above this distance, the stride halves
 * @param patience labels of a camera from one change of the stride to the next doubling, at least
 */
public record StrideSettings(boolean adaptive, int min, int max, double near, double far, int patience) {

    /**
     * The stride that {@code student.steps-per-label} is meant for where the trainer directs the teacher, frames; a
     * label at a longer stride counts for more.
     */
    public static final int USUAL = 4;

    /** Off; when turned on, from 8 to 64 frames. */
    public static final StrideSettings DEFAULT = new StrideSettings(false, 2 * USUAL, 64, 0.05, 0.07, 8);

    /** @throws IllegalArgumentException naming the key, the value and what was expected */
    public StrideSettings {
        require(min >= 1 && min <= 10_000, "min", min, "1 to 10000");
        require(max >= min && max <= 10_000, "max", max, "min to 10000");
        require(near > 0 && near <= 1, "near", near, "above 0, to 1");
        require(far >= near && far <= 1, "far", far, "near to 1");
        require(patience >= 1, "patience", patience, "at least 1");
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("student.stride.%s must be %s, got %s".formatted(key, expected, value));
        }
    }
}
