/**
 * The student trainer: a deterministic fold over {@code local-predictions} and the frames that they reference, into {@code
 * student-models}. May use schemas, streaming and pose. Start reading at {@link io.apprentice.trainer.TrainerService}; what is learnt
 * from a label is in {@code io.apprentice.learning.online.OnlineTraining}.
 */
package io.apprentice.trainer;
