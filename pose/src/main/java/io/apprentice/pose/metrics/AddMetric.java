package io.apprentice.pose.metrics;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;

/**
 * Average distance of an object's vertices between two poses, metres.
 *
 * @see "Hinterstoisser et al., ACCV 2012; maths/wdrnet-maths.md section 7"
 */
public final class AddMetric {

    /** A pose counts as right if its error is below this share of the object's diameter. */
    public static final double TENTH = 0.1;

    private AddMetric() {}

    /** ADD; ADD-S for an object with symmetries. */
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
        double sum = 0;
        for (int i = 0; i < vertices.length; i += 3) {
            Vec3 vertex = vertex(vertices, i);
            sum += estimate.transform(vertex).minus(truth.transform(vertex)).norm();
        }
        int n = vertices.length / 3;
        return sum / n;
    }

    /**
     * Mean over the vertices in the true pose of the distance to the nearest vertex in the estimated pose. Takes time
     * quadratic in n.
     *
     * @param vertices 3 n, object frame
     */
    public static double adds(float[] vertices, Se3 estimate, Se3 truth) {
        int n = vertices.length / 3;
        double[] estimated = new double[vertices.length];
        for (int i = 0; i < vertices.length; i += 3) {
            Vec3 point = estimate.transform(vertex(vertices, i));
            estimated[i] = point.x();
            estimated[i + 1] = point.y();
            estimated[i + 2] = point.z();
        }
        double sum = 0;
        for (int i = 0; i < vertices.length; i += 3) {
            Vec3 point = truth.transform(vertex(vertices, i));
            double nearest = Double.POSITIVE_INFINITY;
            for (int j = 0; j < estimated.length; j += 3) {
                double x = estimated[j] - point.x();
                double y = estimated[j + 1] - point.y();
                double z = estimated[j + 2] - point.z();
                nearest = Math.min(nearest, x * x + y * y + z * z);
            }
            sum += Math.sqrt(nearest);
        }
        return sum / n;
    }

    private static Vec3 vertex(float[] vertices, int i) {
        return new Vec3(vertices[i], vertices[i + 1], vertices[i + 2]);
    }
}
