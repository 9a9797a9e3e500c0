package io.apprentice.learning.step;

/** How a student learns from the teacher's local predictions. */
public enum AlignmentMode {
    /** The distributions of local predictions are brought together by optimal transport. */
    DISTRIBUTION,
    /** Each prediction is pulled to a prediction of the teacher. */
    PAIRWISE,
    /** The student learns only from the teacher's pose. */
    NONE
}
