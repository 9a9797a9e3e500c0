/**
 * From a frame to a pose: find the region, run the network on the crop, select cells, solve. Shared by the teacher, by
 * inference and by evaluation. Start with {@link io.apprentice.pose.estimate.PoseEstimator}.
 */
package io.apprentice.pose.estimate;
