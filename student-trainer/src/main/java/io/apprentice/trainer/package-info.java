/**
 * The student trainer: a deterministic fold over {@code local-predictions} and the frames that they reference, into
 * {@code student-models}. It may use {@code wire}, {@code streaming} and {@code learning}.
 *
 * <p>Start reading at {@link io.apprentice.trainer.TrainerService}; {@code StudentFold} is the training with its place
 * in the log.
 */
package io.apprentice.trainer;
