package io.apprentice.pose.metrics;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.object.SymmetryGroup;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The errors of one estimate against the truth, as bop_toolkit defines them. Distances are in the unit of the points
 * and translations, image distances are in pixels, without lens distortion.
 *
 * @see "bop_toolkit, pose_error; Hodan et al., BOP Challenge 2020, arXiv:2009.07378, section 2.2"
 */
public final class PoseErrors {

    private final double[] points;
    private final PoseMatrix estimate;
    private final PoseMatrix truth;
    private final PlacedPoints estimated;
    private final PlacedPoints real;

    /**
     * Compares an estimate with the truth.
     *
     * @param points 3 n, object frame, n at least 1; not copied, not modified
     * @param estimate object frame to camera frame
     * @param truth likewise
     * @throws IllegalArgumentException if the length is not a multiple of 3 above 0
     */
    public PoseErrors(double[] points, PoseMatrix estimate, PoseMatrix truth) {
        if (points.length == 0 || points.length % 3 != 0) {
            throw new IllegalArgumentException("points: expected 3 n numbers, n above 0, got " + points.length);
        }
        this.points = points;
        this.estimate = estimate;
        this.truth = truth;
        estimated = PlacedPoints.of(points, estimate);
        real = PlacedPoints.of(points, truth);
    }

    /** ADD: mean distance of corresponding points. */
    public double add() {
        return estimated.meanDistance(real);
    }

    /** ADD-S: mean over the points in the true pose of the distance to the nearest point in the estimated pose. */
    public double adds() {
        return real.meanDistanceToNearest(estimated);
    }

    /**
     * MSSD: the largest distance of corresponding points, for the symmetric equivalent of the truth that makes it
     * smallest.
     *
     * @param symmetries in the unit of the points, as from {@link SymmetryGroup#transforms}, including the identity
     */
    public double mssd(List<Se3> symmetries) {
        return smallest(symmetries, estimated::largestDistance);
    }

    /** MSPD: the same distance in the image; infinite if a point is not in front of the camera. */
    public double mspd(List<Se3> symmetries, CameraIntrinsics camera) {
        return smallest(symmetries, twin -> estimated.largestImageDistance(twin, camera));
    }

    private double smallest(List<Se3> symmetries, ToDoubleFunction<PlacedPoints> error) {
        return symmetries.stream()
                .map(symmetry -> PlacedPoints.of(points, truth.times(PoseMatrix.of(symmetry))))
                .mapToDouble(error)
                .min()
                .orElseThrow(
                        () -> new IllegalArgumentException("symmetries: expected at least the identity, got none"));
    }

    /** Angle between the rotations, radians; symmetries not considered. */
    public double rotation() {
        return estimate.angleTo(truth);
    }

    /** Distance of the translations. */
    public double translation() {
        double[] a = estimate.translation();
        double[] b = truth.translation();
        double x = a[0] - b[0];
        double y = a[1] - b[1];
        double z = a[2] - b[2];
        return Math.sqrt(x * x + y * y + z * z);
    }

    /** Mean image distance of corresponding points; infinite if a point is not in front of the camera. */
    public double reprojection(CameraIntrinsics camera) {
        return estimated.meanImageDistance(real, camera);
    }

    /** 1 - intersection over union of the boxes around the projected points; meaningful only in front of the camera. */
    public double boxes(CameraIntrinsics camera) {
        return Overlap.complement(estimated.imageBox(camera), real.imageBox(camera));
    }
}
