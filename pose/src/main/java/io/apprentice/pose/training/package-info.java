/**
 * Training: one gradient step over samples ({@link io.apprentice.pose.training.TrainingStep}), offline on synthetic crops
 * ({@link io.apprentice.pose.training.Fit}), and on the job from a teacher's labels ({@code OnlineTraining}). The losses are
 * plain Java with closed gradients; the engine only runs the network forward and backward.
 */
package io.apprentice.pose.training;
