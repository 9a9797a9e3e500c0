package io.apprentice.learning.guard;

import java.util.List;

/**
 * What a student says about an object, or on average about a label's objects, beside what the teacher says; in object sizes, at most
 * 1; both 1 where it sees no object.
 *
 * @param distance from the teacher: mean over the selected cells, by score, of the mean distance of their votes from the
 *     teacher's keypoints, each at most 1
 * @param spread mean distance of the same votes from their own median: how far the cells disagree with each other
 */
public record Agreement(double distance, double spread) {

    /** The mean of at least one. */
    public static Agreement mean(List<Agreement> all) {
        return new Agreement(
                all.stream().mapToDouble(Agreement::distance).average().orElseThrow(),
                all.stream().mapToDouble(Agreement::spread).average().orElseThrow());
    }
}
