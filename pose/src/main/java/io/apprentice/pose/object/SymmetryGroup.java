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

    /** Whether several poses look the same; if so, accuracy is measured to the nearest surface point. */
    public boolean isSymmetric() {
        return !discrete.isEmpty() || !continuous.isEmpty();
    }

    /**
     * The group as a list, with continuous parts in equal steps: first the identity and its turns, then each discrete
     * motion and its turns (the turn comes last). Products of two discrete motions or of two axes are not added.
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

    /**
     * The motion that turns a pose into the one that looks the same and has the rotation nearest to a wanted one;
     * exact, also for continuous parts. A pose chosen in this way does not jump between frames.
     *
     * @return S in {@code objectToCamera.times(S)}; the identity without symmetries
     */
    public Se3 towards(Se3 objectToCamera, Quaternion wanted) {
        Se3 best = Se3.IDENTITY;
        double nearest = objectToCamera.rotation().angleTo(wanted);
        for (Se3 motion : motions()) {
            List<Se3> candidates = new ArrayList<>(List.of(motion));
            for (Axis axis : continuous) {
                candidates.add(axis.turn(axis.angle(objectToCamera.rotation(), motion.rotation(), wanted))
                        .times(motion));
            }
            for (Se3 candidate : candidates) {
                double angle =
                        objectToCamera.rotation().times(candidate.rotation()).angleTo(wanted);
                if (angle < nearest - 1e-12) {
                    best = candidate;
                    nearest = angle;
                }
            }
        }
        return best;
    }

    /**
     * Of the poses that look the same, the one whose axes are nearest to the camera's. A network can learn it, because
     * equal pictures get equal poses.
     */
    public Se3 canonical(Se3 objectToCamera) {
        return objectToCamera.times(towards(objectToCamera, Quaternion.IDENTITY));
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
     * @param direction along the line, any length above 0
     * @param offset a point on it, metres
     */
    public record Axis(Vec3 direction, Vec3 offset) {

        /** The turn by an angle, radians, right-handed: object frame to object frame. */
        public Se3 turn(double angle) {
            Quaternion rotation = Quaternion.about(direction, angle);
            return new Se3(rotation, offset.minus(rotation.rotate(offset)));
        }

        /**
         * The angle of the turn T that brings {@code pose T motion} nearest to {@code wanted}; the scalar product of
         * the two quaternions is {@code a cos(angle/2) + b sin(angle/2)}.
         */
        private double angle(Quaternion pose, Quaternion motion, Quaternion wanted) {
            double a = dot(wanted, pose.times(motion));
            double b =
                    dot(wanted, pose.times(Quaternion.about(direction, Math.PI)).times(motion));
            return 2 * Math.atan2(b, a);
        }

        private static double dot(Quaternion p, Quaternion q) {
            return p.x() * q.x() + p.y() * q.y() + p.z() * q.z() + p.w() * q.w();
        }
    }
}
