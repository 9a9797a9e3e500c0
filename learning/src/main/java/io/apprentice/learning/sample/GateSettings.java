package io.apprentice.learning.sample;

import io.apprentice.learning.step.Checks;
import io.apprentice.pose.label.LabelQuality;

/**
 * Which teacher poses are good enough to regress to. The student learns segmentation and distribution from the others
 * too.
 *
 * @param minInlierShare smallest share of correspondences that agree with the pose, 0 to 1
 * @param maxReprojectionError largest root mean square reprojection error, as a share of the object's size in the image
 * @param minScore smallest score of the best cell, 0 to 1
 * @param minForeground a pixel counts as visible where the teacher's foreground map reaches this share of its own
 *     highest value; 0: the silhouette alone decides
 */
public record GateSettings(double minInlierShare, double maxReprojectionError, double minScore, double minForeground) {

    /** Half of the votes agree, to 5 % of the object's size. */
    public static final GateSettings DEFAULT = new GateSettings(0.5, 0.05, 0.2, 0.2);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public GateSettings {
        Checks.share("min-inlier-share", minInlierShare);
        Checks.positive("max-reprojection-error", maxReprojectionError);
        Checks.share("min-score", minScore);
        Checks.share("min-foreground", minForeground);
    }

    /**
     * Whether a pose of this quality is regressed to.
     *
     * @param apparentSize larger side of the box around the projected keypoints, frame pixels
     */
    boolean passes(LabelQuality quality, double apparentSize) {
        return quality.inliers() > 0
                && quality.inliers() >= minInlierShare * quality.correspondences()
                && quality.reprojectionError() <= maxReprojectionError * apparentSize
                && quality.score() >= minScore;
    }
}
