package io.apprentice.pose.training;

/**
 * How the student's local predictions are drawn to the teacher's.
 *
 * @param mode which loss
 * @param lambda its weight in the total, at least 0
 * @param setting constants of the alignment of distributions
 */
public record AlignmentSettings(AlignmentMode mode, double lambda, AlignmentSetting setting) {

    /** Scale-aware, which acts on positions from the start. */
    public static final AlignmentSettings DEFAULT =
            new AlignmentSettings(AlignmentMode.DISTRIBUTION, 2, AlignmentSetting.SCALE_AWARE);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public AlignmentSettings {
        Checks.notNegative("lambda", lambda);
    }
}
