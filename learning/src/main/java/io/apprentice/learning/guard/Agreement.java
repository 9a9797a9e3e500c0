package io.apprentice.learning.guard;

import java.util.List;

/**
 * How well a student agrees with the teacher about an object, or on average about a label's objects. Both values are in
 * object sizes and at most 1; both are 1 where the student sees no object.
 *
 * @param distance from the teacher: mean over the selected cells, weighted by score, of the mean distance of their
 *     votes from the teacher's keypoints, each at most 1
 * @param spread mean distance of the same votes from their own median: how far the cells disagree with each other
 */
public record Agreement(double distance, double spread) {

    /** The mean over at least one agreement. */
    public static Agreement mean(List<Agreement> all) {
        return new Agreement(
                all.stream().mapToDouble(Agreement::distance).average().orElseThrow(),
                all.stream().mapToDouble(Agreement::spread).average().orElseThrow());
    }
}
