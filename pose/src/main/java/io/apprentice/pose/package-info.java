/**
 * The science that answers, as a plain library: geometry, objects, images, networks, local predictions, labels, alignment, losses,
 * pose solving, metrics. It knows DJL and OpenCV, and nothing else of ours: no Kafka, no Avro, no renderer, no training loop.
 *
 * <p>Start reading at {@link io.apprentice.pose.estimate.PoseEstimator}, the way from a frame to a pose, or at
 * {@link io.apprentice.pose.alignment.DistributionAlignment}, the loss that the project is named for.
 */
package io.apprentice.pose;
