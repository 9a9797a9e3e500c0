package io.apprentice.pose.object;

import io.apprentice.pose.bop.BopModel;
import io.apprentice.pose.bop.BopModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds objects by what settings say about them. */
public final class ObjectModels {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectModels.class);
    private static final String BUILTIN = "builtin:";
    private static final double LARGEST_IN_METRES = 5;

    private ObjectModels() {}

    /**
     * Loads an object. A BOP model ({@code obj_000001.ply} beside {@code models_info.json}) comes with its symmetries. Other
     * mesh files do not say their unit: one with a diameter of 5 or more is taken to be in millimetres, a smaller one in
     * metres; the choice is logged.
     *
     * @param id the name it shall have
     * @param spec {@code builtin:parcel}, or the path of a PLY or OBJ file
     * @throws IOException if the file is missing or unreadable; names file, line and what was expected
     * @throws IllegalArgumentException if there is no such built-in object
     */
    public static ObjectModel load(String id, String spec) throws IOException {
        if (spec.startsWith(BUILTIN)) {
            if (!spec.equals(BUILTIN + "parcel")) {
                throw new IllegalArgumentException(
                        "object %s: expected builtin:parcel or a mesh file, got '%s'".formatted(id, spec));
            }
            return ObjectModel.of(id, Parcel.model().mesh());
        }
        Path file = Path.of(spec);
        Optional<BopModel> bop = BopModels.of(file);
        if (bop.isPresent()) {
            return bop.get().load(id);
        }
        ObjectModel model = ObjectModel.of(id, MeshReader.read(file));
        if (model.diameter() < LARGEST_IN_METRES) {
            return model;
        }
        LOG.info("object {}: {} has diameter {}, taken as millimetres", id, spec, model.diameter());
        return ObjectModel.of(id, model.mesh().scaled(1e-3));
    }
}
