/**
 * Training: one gradient step over samples ({@link io.apprentice.learning.step.TrainingStep}), offline on synthetic crops
 * ({@link io.apprentice.learning.fit.Fit}), and on the job from a teacher's labels ({@code OnlineTraining}). The losses are
 * plain Java with closed gradients; the engine only runs the network forward and backward.
 */
package io.apprentice.learning.online;
