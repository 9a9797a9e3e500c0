/**
 * Frames and students to poses: the per-frame topology of Kafka Streams.
 *
 * <p>{@link io.apprentice.inference.InferenceTopology} is the picture: frames pass {@code estimate-poses} one by one and leave as exactly one
 * record per object; students arrive through a global store and are swapped in between two frames. Start reading there, then
 * {@code PoseProcessor} (the way of one frame), {@code StudentCollector} and {@code StudentLoader} (the way of a student).
 * {@link io.apprentice.inference.InferenceService} runs it. Knows schemas, streaming and pose.
 */
package io.apprentice.inference;
