package io.apprentice.learning.step;

/** Constants of {@link AlignmentMode#DISTRIBUTION}. */
public enum AlignmentSetting {
    /** The official code's: points over the frame's size, unbalanced, few sweeps. Its weight there is 5 per batch of 16: about 0.3. */
    OFFICIAL,
    /** The official code's, with sweeps until nothing changes. Slow. */
    CONVERGED,
    /** Ours: points over the object's size, masses of one. */
    SCALE_AWARE
}
