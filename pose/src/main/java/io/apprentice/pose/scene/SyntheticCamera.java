package io.apprentice.pose.scene;

import io.apprentice.pose.object.ObjectModel;
import java.util.List;

/** A camera that films objects on a table. */
public final class SyntheticCamera {

    /** A camera. */
    public SyntheticCamera(List<ObjectModel> objects, SceneSettings settings) {
        if (objects.isEmpty()) {
            throw new IllegalArgumentException("synthetic camera: expected at least one object");
        }
        java.util.Objects.requireNonNull(settings);
    }

    /** A frame, a function of the settings and the index alone. */
    @SuppressWarnings("DoNotCallSuggester")
    public SyntheticFrame frame(long index) {
        throw new UnsupportedOperationException("frame " + index);
    }
}
