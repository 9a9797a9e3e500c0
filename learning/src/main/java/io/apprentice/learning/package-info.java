/**
 * Training: one gradient step, the samples that it takes, the guard that decides what comes into use, online training
 * as a fold over labels, and fitting on rendered pictures. It may use {@code pose}, {@code scene} and
 * {@code recordings}. It knows nothing of Kafka, the records of the topics or the files of the application.
 *
 * <p>Start reading at {@link io.apprentice.learning.online.GuardedTraining}, which the services run, then at
 * {@link io.apprentice.learning.step.TrainingStep}.
 */
package io.apprentice.learning;
