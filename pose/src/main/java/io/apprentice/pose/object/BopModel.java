package io.apprentice.pose.object;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One object as {@code models_info.json} describes it.
 *
 * @param id BOP's object number
 * @param file the mesh file, in millimetres as in BOP
 * @param diameter largest distance of two vertices, metres
 * @param symmetries motions that leave it looking the same, metres
 */
public record BopModel(int id, Path file, double diameter, SymmetryGroup symmetries) {

    /** The description of the object. */
    public ObjectDescription description() {
        return new ObjectDescription(
                file,
                Optional.of(LengthUnit.MM),
                Optional.of(diameter),
                symmetries,
                Optional.of(file.resolveSibling(BopModels.INFOS)));
    }
}
