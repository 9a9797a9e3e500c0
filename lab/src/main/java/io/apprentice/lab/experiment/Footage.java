package io.apprentice.lab.experiment;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.util.Optional;

/** A film of one object, the same whenever it is shown. */
public interface Footage {

    /** What is filmed. */
    ObjectModel object();

    /** Who films. */
    CameraIntrinsics camera();

    /** Length of the film. */
    int frames();

    /** How fast it runs. */
    double framesPerSecond();

    /** Where the object is in a frame, as accuracy is measured against; empty where that is not known or not to be scored. */
    Optional<PoseMatrix> truth(int frame);

    /** Tells this film from others, in file names. */
    String id();

    /** Starts the film. */
    Reel open() throws IOException;

    /** A film that runs. */
    interface Reel extends AutoCloseable {
        /** The next frame; not to be asked for after the last. */
        RgbImage next() throws IOException;

        /** Passes over so many frames. */
        default void skip(int frames) throws IOException {
            for (int i = 0; i < frames; i++) {
                next();
            }
        }

        @Override
        void close();
    }
}
