package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds objects by what settings say about them. */
public final class ObjectModels {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectModels.class);
    private static final String BUILTIN = "builtin:";

    private ObjectModels() {}

    /**
     * Loads an object. {@code mug.object.json} beside {@code mug.obj}, or BOP's {@code models_info.json} beside
     * {@code obj_000001.ply}, says unit and symmetries. A mesh alone has no symmetries; its unit is the one of metres and
     * millimetres that makes it 0.01 to 3 m large.
     *
     * @param id the name it shall have
     * @param spec {@code builtin:parcel}, or the path of a PLY or OBJ file or of an object file
     * @throws IOException if the file is missing, unreadable or of an unlikely size; names file, line and what was expected
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
        ObjectModel model = ObjectDescription.of(Path.of(spec)).load(id);
        LOG.info("object {}: {}, diameter {} m", id, spec, model.diameter());
        return model;
    }
}
