package io.apprentice.learning.step;

import io.apprentice.pose.network.NetworkWeights;
import java.util.List;

/**
 * What a student learns offline from a teacher that sees the same crops, beside the truth. Deviation from the official
 * code: the teacher's votes count even where no pose can be solved from them, since the true pose is known.
 *
 * @param teacher a network that knows the objects, for crops of the same size
 * @param alignments how the student's local predictions are drawn to the teacher's; may be empty
 * @param features weight of the feature distillation per image; 0: none
 */
public record Distillation(NetworkWeights teacher, List<AlignmentSettings> alignments, double features) {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public Distillation {
        alignments = List.copyOf(alignments);
        Checks.notNegative("features", features);
    }
}
