/**
 * Accuracy of poses: {@link io.apprentice.pose.metrics.AddMetric} for estimated poses,
 * {@link io.apprentice.pose.metrics.PoseErrors} for all errors of the BOP benchmark, including those of published
 * poses. Plain Java.
 */
package io.apprentice.pose.metrics;
