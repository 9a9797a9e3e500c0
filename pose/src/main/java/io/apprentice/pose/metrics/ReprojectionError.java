package io.apprentice.pose.metrics;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;

/** Average distance of an object's vertices between two poses in the image, pixels, lens distortion not applied. */
public final class ReprojectionError {

    private ReprojectionError() {}

    /**
     * Mean image distance of corresponding vertices.
     *
     * @param vertices 3 n, object frame
     * @return infinite if a vertex is not in front of the camera
     */
    public static double mean(float[] vertices, Se3 estimate, Se3 truth, CameraIntrinsics camera) {
        return PlacedPoints.of(vertices, estimate).meanImageDistance(PlacedPoints.of(vertices, truth), camera);
    }
}
