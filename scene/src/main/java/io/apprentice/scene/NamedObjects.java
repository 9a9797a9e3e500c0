package io.apprentice.scene;

import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.ObjectModels;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;

/** Loads the objects that settings name. */
public final class NamedObjects {
    private static final String BUILTIN = "builtin:";

    private NamedObjects() {}

    /**
     * Loads an object, built in or from a file.
     *
     * @param id the object's id
     * @param spec {@code builtin:parcel}, or a file as for {@link ObjectModels#load}
     * @throws IOException if the file is missing, unreadable or of an unlikely size; names file, line and what was
     *     expected
     * @throws IllegalArgumentException if there is no such built-in object
     */
    public static ObjectModel load(String id, String spec) throws IOException {
        if (!spec.startsWith(BUILTIN)) {
            return ObjectModels.load(id, spec);
        }
        if (!spec.equals(BUILTIN + "parcel")) {
            throw new IllegalArgumentException(
                    "object %s: expected builtin:parcel or a mesh file, got '%s'".formatted(id, spec));
        }
        return ObjectModel.of(id, Parcel.model().mesh());
    }
}
