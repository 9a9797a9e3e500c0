/**
 * One gradient step: losses, alignment, optimizer. Start reading at {@link io.apprentice.learning.step.TrainingStep}.
 */
package io.apprentice.learning.step;
