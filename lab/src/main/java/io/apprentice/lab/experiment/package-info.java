/**
 * Experiments on the fold itself, without Kafka. A film is streamed to a student that answers each frame first and
 * learns from its label afterwards, with several seeds and ways of learning. The teacher's answers are made once for
 * all of them. Start reading at {@link io.apprentice.lab.experiment.Experiment}.
 */
package io.apprentice.lab.experiment;
