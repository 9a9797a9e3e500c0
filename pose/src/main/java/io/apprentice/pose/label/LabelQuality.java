package io.apprentice.pose.label;

/**
 * How far to trust a teacher's pose.
 *
 * @param inliers correspondences that agree with the pose
 * @param correspondences correspondences offered to the solver
 * @param reprojectionError root mean square over the inliers, frame pixels
 * @param score highest cell score, 0 to 1
 */
public record LabelQuality(int inliers, int correspondences, double reprojectionError, double score) {}
