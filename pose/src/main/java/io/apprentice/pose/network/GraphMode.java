package io.apprentice.pose.network;

/** What a compiled graph is for. */
enum GraphMode {
    /** Batch normalisation by batch statistics; running statistics are updated in place. */
    TRAINING,
    /** Batch normalisation by running statistics. */
    EVALUATION,
    /** Batch normalisation folded into convolutions with bias: fewer operations, same outputs. */
    FOLDED,
    /** Like {@link #FOLDED}, with the pyramid's levels as one more output. */
    FOLDED_WITH_FEATURES;

    boolean folded() {
        return this == FOLDED || this == FOLDED_WITH_FEATURES;
    }
}
