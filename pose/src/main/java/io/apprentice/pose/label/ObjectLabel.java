package io.apprentice.pose.label;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.prediction.LocalPredictions;
import io.apprentice.pose.solve.PnpSolution;
import java.util.Optional;

/**
 * The teacher's prediction for one object in one frame.
 *
 * @param objectId the object
 * @param frameToCrop the teacher's crop
 * @param cropSize side of that crop, pixels, above 0
 * @param predictions of the selected cells, frame pixels; empty if the object was not found
 * @param objectToCamera the pose solved from the predictions; empty if the object was not found
 * @param quality how far to trust the pose
 * @param foreground probability that the teacher's crop shows the object, if known
 */
public record ObjectLabel(
        String objectId,
        Affine2 frameToCrop,
        int cropSize,
        LocalPredictions predictions,
        Optional<Se3> objectToCamera,
        LabelQuality quality,
        Optional<ForegroundMap> foreground) {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public ObjectLabel {
        if (cropSize <= 0) {
            throw new IllegalArgumentException(
                    "label of '%s': expected a crop size above 0, got %d".formatted(objectId, cropSize));
        }
        double determinant = frameToCrop.a() * frameToCrop.e() - frameToCrop.b() * frameToCrop.d();
        if (determinant == 0 || !Double.isFinite(determinant)) {
            throw new IllegalArgumentException(
                    "label of '%s': the region cannot be inverted: %s".formatted(objectId, frameToCrop));
        }
    }

    /** A label from a network's estimate. */
    public static ObjectLabel of(Estimate e) {
        Optional<PnpSolution> pose = e.pose();
        return new ObjectLabel(
                e.objectId(),
                e.frameToCrop(),
                e.cropSize(),
                e.predictions(),
                pose.map(PnpSolution::objectToCamera),
                new LabelQuality(
                        pose.map(PnpSolution::inliers).orElse(0),
                        pose.map(PnpSolution::correspondences).orElse(0),
                        pose.map(PnpSolution::reprojectionError).orElse(0.0),
                        e.score()),
                Optional.of(new ForegroundMap(
                        e.foregroundWidth(), e.foreground().length / e.foregroundWidth(), e.foreground())));
    }

    /** The same label with other predictions. */
    public ObjectLabel with(LocalPredictions other) {
        return new ObjectLabel(objectId, frameToCrop, cropSize, other, objectToCamera, quality, foreground);
    }
}
