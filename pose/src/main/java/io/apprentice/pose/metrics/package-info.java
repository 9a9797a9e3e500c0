/** How good a pose is: average distance, closest-point distance, reprojection error. Plain Java. */
package io.apprentice.pose.metrics;
