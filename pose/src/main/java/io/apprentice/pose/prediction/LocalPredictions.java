package io.apprentice.pose.prediction;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.object.ObjectModel;

/** What some cells of a network say about an object in a picture. */
public sealed interface LocalPredictions permits KeypointVotes, SurfaceCodes {

    /** Probability per cell that it shows the object, 0 to 1; not copied. */
    float[] scores();

    /** Places in the picture that the predictions are about, x y each, pixels of an image that the owner defines. */
    float[] points();

    /** Number of cells. */
    default int size() {
        return scores().length;
    }

    /** The same predictions about other places, as many. */
    LocalPredictions withPoints(float[] other);

    /** The same predictions in the pixels of another image. */
    default LocalPredictions mapped(Affine2 map) {
        return withPoints(map.points(points()));
    }

    /** Points whose box is the object's, x y each, in the same pixels; none without cells. */
    double[] outline();

    /** What a pose is solved from. */
    Correspondences correspondences(ObjectModel object);
}
