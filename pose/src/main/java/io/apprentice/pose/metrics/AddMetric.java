package io.apprentice.pose.metrics;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.object.ObjectModel;

/**
 * Average distance of an object's vertices between two poses, metres.
 *
 * @see "Hinterstoisser et al., ACCV 2012; maths/wdrnet-maths.md section 7"
 */
public final class AddMetric {

    /** A pose counts as correct if its error is below this share of the object's diameter. */
    public static final double TENTH = 0.1;

    private AddMetric() {}

    /** ADD, or ADD-S for an object with symmetries. */
    public static double error(ObjectModel object, Se3 estimate, Se3 truth) {
        float[] vertices = object.mesh().positions();
        return object.symmetries().isSymmetric() ? adds(vertices, estimate, truth) : add(vertices, estimate, truth);
    }

    /** Whether the error is below a tenth of the diameter. */
    public static boolean within(ObjectModel object, Se3 estimate, Se3 truth) {
        return error(object, estimate, truth) < TENTH * object.diameter();
    }

    /**
     * Mean distance of corresponding vertices.
     *
     * @param vertices 3 n, object frame
     */
    public static double add(float[] vertices, Se3 estimate, Se3 truth) {
        return PlacedPoints.of(vertices, estimate).meanDistance(PlacedPoints.of(vertices, truth));
    }

    /**
     * Mean over the vertices in the true pose of the distance to the nearest vertex in the estimated pose.
     *
     * @param vertices 3 n, object frame
     */
    public static double adds(float[] vertices, Se3 estimate, Se3 truth) {
        return PlacedPoints.of(vertices, truth).meanDistanceToNearest(PlacedPoints.of(vertices, estimate));
    }
}
