/**
 * The science as a plain library: geometry, objects, images, networks, local predictions, labels, alignment, losses,
 * pose solving and metrics. It uses DJL, OpenCV and FFmpeg, but no other module of this project: no Kafka, no
 * Avro, no renderer, no training loop.
 *
 * <p>Start reading at {@link io.apprentice.pose.estimate.PoseEstimator}, the way from a frame to a pose, or at
 * {@link io.apprentice.pose.alignment.DistributionAlignment}, the loss that the project is about.
 */
package io.apprentice.pose;
