package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.util.ArrayList;
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

    /**
     * The group as a list, continuous parts in equal steps: first the identity, then its turns, then each discrete motion and
     * its turns (turned last). Products of two discrete motions or of two axes are not added.
     *
     * @param maxStep how far the point farthest from an axis may move between neighbouring turns, as a share of the diameter
     *     (bop_toolkit's {@code max_sym_disc_step}, usually 0.01): {@code ceil(pi / maxStep)} turns; 1e-4 to pi
     * @return object frame to object frame; S in {@code objectToCamera.times(S)}
     * @throws IllegalArgumentException if {@code maxStep} is out of range
     * @see "bop_toolkit, misc.get_symmetry_transformations"
     */
    public List<Se3> transforms(double maxStep) {
        if (!(maxStep >= 1e-4 && maxStep <= Math.PI)) {
            throw new IllegalArgumentException("symmetries: expected a step from 1e-4 to pi, got " + maxStep);
        }
        int turns = (int) Math.ceil(Math.PI / maxStep);
        List<Se3> transforms = new ArrayList<>();
        for (Se3 motion : motions()) {
            if (continuous.isEmpty()) {
                transforms.add(motion);
            }
            for (Axis axis : continuous) {
                for (int i = 0; i < turns; i++) {
                    transforms.add(axis.turn(2 * Math.PI * i / turns).times(motion));
                }
            }
        }
        return transforms;
    }

    private List<Se3> motions() {
        List<Se3> motions = new ArrayList<>();
        motions.add(Se3.IDENTITY);
        motions.addAll(discrete);
        return motions;
    }

    /**
     * A line in the object frame.
     *
     * @param direction along the line, of any length but zero
     * @param offset a point on it, metres
     */
    public record Axis(Vec3 direction, Vec3 offset) {

        /** The turn by an angle, radians, right-handed: object frame to object frame. */
        Se3 turn(double angle) {
            Quaternion rotation = Quaternion.about(direction, angle);
            return new Se3(rotation, offset.minus(rotation.rotate(offset)));
        }
    }
}
