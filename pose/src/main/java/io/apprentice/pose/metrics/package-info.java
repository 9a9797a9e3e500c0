/**
 * How good a pose is: {@link io.apprentice.pose.metrics.AddMetric} for poses of our own, {@link
 * io.apprentice.pose.metrics.PoseErrors} for all errors of the BOP benchmark, also for published poses. Plain Java.
 */
package io.apprentice.pose.metrics;
