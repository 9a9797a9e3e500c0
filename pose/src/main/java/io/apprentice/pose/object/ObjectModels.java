package io.apprentice.pose.object;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads objects from files. */
public final class ObjectModels {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectModels.class);

    private ObjectModels() {}

    /**
     * Loads an object. {@code mug.object.json} beside {@code mug.obj}, or BOP's {@code models_info.json} beside
     * {@code obj_000001.ply}, says unit and symmetries. A mesh alone has no symmetries; its unit is the one of metres and
     * millimetres that makes it 0.01 to 3 m large ({@link LengthUnit#likely}).
     *
     * @param id the name it shall have
     * @param file the path of a PLY or OBJ file or of an object file
     * @throws IOException if the file is missing, unreadable or of an unlikely size; names file, line and what was expected
     */
    public static ObjectModel load(String id, String file) throws IOException {
        ObjectModel model = ObjectDescription.of(Path.of(file)).load(id);
        LOG.info("object {}: {}, diameter {} m", id, file, model.diameter());
        return model;
    }
}
