package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Vec3;
import java.util.ArrayList;
import java.util.List;

/**
 * An object whose pose is estimated.
 *
 * @param id short name, as in settings, topics and weights
 * @param mesh its surface, metres; the mesh's frame is the object frame
 * @param keypoints the points that a network votes for, object frame, metres
 * @param diameter largest distance between two vertices, metres
 * @param symmetries motions that leave it looking the same
 */
public record ObjectModel(
        String id, TriangleMesh mesh, List<Vec3> keypoints, double diameter, SymmetryGroup symmetries) {

    /** Copies the keypoints. */
    public ObjectModel {
        if (id.isBlank() || id.contains(",")) {
            throw new IllegalArgumentException("object id: expected a name without commas, got '" + id + "'");
        }
        if (!(diameter > 0) || Double.isInfinite(diameter)) {
            throw new IllegalArgumentException(
                    "object %s: expected a diameter above 0, got %s".formatted(id, diameter));
        }
        keypoints = List.copyOf(keypoints);
    }

    /**
     * An object without symmetries. Its keypoints are the eight corners of the box around the vertices along the axes,
     * in the order (x- y- z-), (x- y- z+), (x- y+ z-), ..., (x+ y+ z+).
     */
    public static ObjectModel of(String id, TriangleMesh mesh) {
        return of(id, mesh, SymmetryGroup.NONE);
    }

    /** An object with symmetries and the same keypoints. */
    public static ObjectModel of(String id, TriangleMesh mesh, SymmetryGroup symmetries) {
        float[] p = mesh.positions();
        double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int i = 0; i < p.length; i++) {
            low[i % 3] = Math.min(low[i % 3], p[i]);
            high[i % 3] = Math.max(high[i % 3], p[i]);
        }
        List<Vec3> corners = new ArrayList<>(8);
        for (int i = 0; i < 8; i++) {
            corners.add(new Vec3(
                    (i & 4) == 0 ? low[0] : high[0], (i & 2) == 0 ? low[1] : high[1], (i & 1) == 0 ? low[2] : high[2]));
        }
        return new ObjectModel(id, mesh, corners, Diameter.of(p), symmetries);
    }

    /** The corner of the box around the keypoints with the smallest coordinates. */
    public Vec3 low() {
        return keypoints.stream()
                .reduce((a, b) -> new Vec3(Math.min(a.x(), b.x()), Math.min(a.y(), b.y()), Math.min(a.z(), b.z())))
                .orElseThrow();
    }

    /** The corner of the box around the keypoints with the largest coordinates. */
    public Vec3 high() {
        return keypoints.stream()
                .reduce((a, b) -> new Vec3(Math.max(a.x(), b.x()), Math.max(a.y(), b.y()), Math.max(a.z(), b.z())))
                .orElseThrow();
    }
}
