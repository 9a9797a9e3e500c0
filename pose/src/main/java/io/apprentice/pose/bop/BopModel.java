package io.apprentice.pose.bop;

import io.apprentice.pose.object.MeshReader;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One object as {@code models_info.json} describes it.
 *
 * @param id BOP's number of the object
 * @param file the mesh, in millimetres, as BOP's meshes are
 * @param diameter largest distance of two vertices, metres
 * @param symmetries motions that leave it looking the same, metres
 */
public record BopModel(int id, Path file, double diameter, SymmetryGroup symmetries) {

    /**
     * Reads the mesh.
     *
     * @param name the object's id in this library
     * @throws IOException if the mesh is broken
     */
    public ObjectModel load(String name) throws IOException {
        return ObjectModel.of(name, MeshReader.read(file).scaled(1e-3), symmetries);
    }
}
