package io.apprentice.learning.step;

/** Constants of {@link AlignmentMode#DISTRIBUTION}. */
public enum AlignmentSetting {
    /**
     * Those of the official code: points over the frame's size, unbalanced, few sweeps. Its weight there is 5 per batch
     * of 16, about 0.3.
     */
    OFFICIAL,
    /** Those of the official code, with sweeps until nothing changes. Slow. */
    CONVERGED,
    /** Our own: points over the object's size, masses of one. */
    SCALE_AWARE
}
