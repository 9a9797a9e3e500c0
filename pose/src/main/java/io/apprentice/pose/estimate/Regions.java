package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.LocalPredictions;
import java.util.List;
import java.util.Optional;

/** Square crops around objects. */
public final class Regions {

    /** A crop's side over the longer side of the object's box, as in the official code. */
    public static final double MARGIN = 1.5;

    private static final double SMALLEST_BOX = 8;

    private Regions() {}

    /** The crop that holds the whole frame. */
    public static Affine2 wholeFrame(CameraIntrinsics camera, int cropSize) {
        return Affine2.squareCrop(
                (camera.width() - 1) / 2.0,
                (camera.height() - 1) / 2.0,
                Math.max(camera.width(), camera.height()),
                cropSize);
    }

    /**
     * The crop around a box.
     *
     * @param x0 left, frame pixels; the others likewise
     * @return empty if the box is tiny, not finite or far larger than the frame, or its centre lies outside the frame
     */
    public static Optional<Affine2> aroundBox(
            double x0, double y0, double x1, double y1, CameraIntrinsics camera, int cropSize) {
        double longer = Math.max(x1 - x0, y1 - y0);
        double frame = Math.max(camera.width(), camera.height());
        double centreX = (x0 + x1) / 2;
        double centreY = (y0 + y1) / 2;
        boolean usable = longer >= SMALLEST_BOX
                && longer <= 2 * frame
                && centreX >= 0
                && centreX < camera.width()
                && centreY >= 0
                && centreY < camera.height();
        return usable
                ? Optional.of(Affine2.squareCrop(centreX, centreY, Math.min(MARGIN * longer, frame), cropSize))
                : Optional.empty();
    }

    /** The crop around an object's projected keypoints; empty if it is not in front of the camera and in the frame. */
    public static Optional<Affine2> aroundPose(
            List<Vec3> keypoints, Se3 objectToCamera, CameraIntrinsics camera, int cropSize) {
        return ProjectedBox.of(keypoints, objectToCamera, camera).flatMap(box -> region(box, camera, cropSize));
    }

    /** The crop around what the predictions take for the object; empty without any. */
    public static Optional<Affine2> around(LocalPredictions inFrame, CameraIntrinsics camera, int cropSize) {
        return inFrame.size() == 0
                ? Optional.empty()
                : region(ProjectedBox.around(inFrame.outline()), camera, cropSize);
    }

    private static Optional<Affine2> region(ProjectedBox box, CameraIntrinsics camera, int cropSize) {
        return aroundBox(box.left(), box.top(), box.right(), box.bottom(), camera, cropSize);
    }
}
