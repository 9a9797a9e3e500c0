package io.apprentice.learning.guard;

import io.apprentice.learning.step.Checks;

/**
 * When a student may come into use. Distances are between student and teacher, in object sizes; see {@link Guard}.
 *
 * @param enabled whether there is a guard; without it every version comes into use
 * @param holdOutEvery one of this many usable labels is held out: students are examined on it and never learn from it
 * @param recent newest held-out objects that are kept
 * @param trusted confirmed held-out objects that are kept
 * @param confirmedBelow a held-out object is confirmed if the student in use is this near to the teacher on it and, on
 *     average, on the recent ones
 * @param margin by how much a mean distance may exceed the one that it is compared with
 * @param disputedBeyond nothing is promoted while the version in use knows the objects and, at the median recent
 *     object, is farther from the teacher than this many times the spread among its own cells
 * @param rollbackAfter held-out objects since its promotion after which a version may be rolled back; it must also be
 *     worse by more than the margin plus twice the standard error
 */
public record GuardSettings(
        boolean enabled,
        int holdOutEvery,
        int recent,
        int trusted,
        double confirmedBelow,
        double margin,
        double disputedBeyond,
        int rollbackAfter) {

    /** For a candidate every 50 steps or so. */
    public static final GuardSettings DEFAULT = new GuardSettings(true, 8, 40, 40, 0.1, 0.01, 6, 6);
    /** No guard: every version comes into use, and every label is learnt from. */
    public static final GuardSettings OFF = new GuardSettings(false, 8, 40, 40, 0.1, 0.01, 6, 6);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public GuardSettings {
        Checks.require(holdOutEvery >= 2 && holdOutEvery <= 1000, "hold-out-every", holdOutEvery, "2 to 1000");
        Checks.require(recent >= 1 && recent <= 1000, "recent", recent, "1 to 1000");
        Checks.require(trusted >= 1 && trusted <= 1000, "trusted", trusted, "1 to 1000");
        Checks.share("confirmed-below", confirmedBelow);
        Checks.share("margin", margin);
        Checks.require(disputedBeyond >= 1 && disputedBeyond <= 1000, "disputed-beyond", disputedBeyond, "1 to 1000");
        Checks.require(rollbackAfter >= 1 && rollbackAfter <= 1000, "rollback-after", rollbackAfter, "1 to 1000");
    }
}
