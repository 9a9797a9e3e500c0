/**
 * Training: one gradient step, the samples that it takes, the guard that decides what comes into use, online training as a fold over
 * labels, and fitting on rendered pictures. It knows {@code pose}, {@code scene} and {@code recordings}; Kafka, records and files of
 * the application are not its business.
 *
 * <p>Start reading at {@link io.apprentice.learning.online.GuardedTraining}, which the services run, then at
 * {@link io.apprentice.learning.step.TrainingStep}.
 */
package io.apprentice.learning;
