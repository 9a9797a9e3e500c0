package io.apprentice.export;

import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A format that is being written. Records come in the order of their timestamps; those of a camera in its order. */
interface Recording {

    /** A frame and when it reached us. */
    default void frame(Frame frame, Instant arrival) throws IOException {}

    /** An answer with a pose, and when its frame reached us. */
    void pose(PoseEstimate pose, Instant arrival) throws IOException;

    /** A label, of the wanted objects, and when it was written. */
    default void label(LocalPredictions label, Instant written) throws IOException {}

    /** Writes what is left; returns what a reader must be told. */
    default List<String> finish() throws IOException {
        return List.of();
    }
}
