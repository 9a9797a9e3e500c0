/**
 * Experiments on the fold itself, without Kafka: a film is streamed to a student that answers each frame first and learns from its
 * label afterwards, under several seeds and ways of learning, with the teacher's answers made once for all of them. Start with
 * {@link io.apprentice.lab.experiment.Experiment}.
 */
package io.apprentice.lab.experiment;
