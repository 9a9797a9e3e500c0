package io.apprentice.pose.training;

/**
 * How the student's local predictions are drawn to the teacher's.
 *
 * @param mode which loss
 * @param lambda its weight in the total, at least 0
 * @param scale what distances are measured in
 */
public record AlignmentSettings(AlignmentMode mode, double lambda, Scale scale) {

    /** What distances are measured in. */
    public enum Scale {
        /** Points divided by the image's size, masses as they come: the official setting. */
        OFFICIAL,
        /** Points divided by the object's size in the image, masses normalised to 1. */
        SCALE_AWARE
    }

    /** The official weight. */
    public static final AlignmentSettings DEFAULT =
            new AlignmentSettings(AlignmentMode.DISTRIBUTION, 5, Scale.OFFICIAL);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public AlignmentSettings {
        Checks.notNegative("lambda", lambda);
    }
}
