package io.apprentice.pose.bop;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.nio.file.Path;
import java.util.List;

/**
 * One object as {@code models_info.json} describes it.
 *
 * @param id BOP's number of the object
 * @param file the mesh, in millimetres, as BOP's meshes are
 * @param diameter largest distance of two vertices, metres
 * @param discreteSymmetries transforms of the object onto itself, the identity left out; metres
 * @param continuousSymmetries axes about which any rotation maps the object onto itself
 */
public record BopModel(
        int id, Path file, double diameter, List<Se3> discreteSymmetries, List<Axis> continuousSymmetries) {

    /** An axis of symmetry in the model frame: a direction and a point on it, metres. */
    public record Axis(Vec3 direction, Vec3 point) {}

    /** Copies the lists. */
    public BopModel {
        discreteSymmetries = List.copyOf(discreteSymmetries);
        continuousSymmetries = List.copyOf(continuousSymmetries);
    }

    /** Whether the object looks the same from several sides, so that its error is ADD-S. */
    public boolean isSymmetric() {
        return !discreteSymmetries.isEmpty() || !continuousSymmetries.isEmpty();
    }
}
