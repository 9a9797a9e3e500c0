package io.apprentice.lab.experiment;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.util.Optional;

/** A film of one object, the same whenever it is shown. */
public interface Footage {

    /** The object that is filmed. */
    ObjectModel object();

    /** The camera that films it. */
    CameraIntrinsics camera();

    /** Length of the film. */
    int frames();

    /** Speed of the film. */
    double framesPerSecond();

    /**
     * The object's true pose in a frame, to measure accuracy against; empty where it is not known or not to be scored.
     */
    Optional<PoseMatrix> truth(int frame);

    /** Distinguishes this film from others, in file names. */
    String id();

    /** Starts the film. */
    Reel open() throws IOException;

    /** A running film. */
    interface Reel extends AutoCloseable {
        /** The next frame; must not be called after the last. */
        RgbImage next() throws IOException;

        /** Skips this many frames. */
        default void skip(int frames) throws IOException {
            for (int i = 0; i < frames; i++) {
                next();
            }
        }

        @Override
        void close();
    }
}
