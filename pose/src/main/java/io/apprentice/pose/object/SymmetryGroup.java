package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.util.List;

/**
 * The motions that leave an object looking the same.
 *
 * @param discrete object frame to object frame, without the identity
 * @param continuous axes through the object about which it may turn by any angle
 */
public record SymmetryGroup(List<Se3> discrete, List<Axis> continuous) {

    /** Only the identity. */
    public static final SymmetryGroup NONE = new SymmetryGroup(List.of(), List.of());

    /** Copies the lists. */
    public SymmetryGroup {
        discrete = List.copyOf(discrete);
        continuous = List.copyOf(continuous);
    }

    /** Whether several poses look the same, so that accuracy is measured to the nearest surface point. */
    public boolean isSymmetric() {
        return !discrete.isEmpty() || !continuous.isEmpty();
    }

    /** A line in the object frame. */
    public record Axis(Vec3 direction, Vec3 offset) {}
}
