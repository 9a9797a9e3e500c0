/**
 * Turns frames into poses with the newest student: the per-frame topology of Kafka Streams. It may use {@code wire},
 * {@code streaming} and {@code pose}.
 *
 * <p>Start reading at {@link io.apprentice.inference.InferenceTopology}, the picture: frames pass
 * {@code estimate-poses} one by one and leave as exactly one record per object; students arrive through a global store
 * and are swapped in between two frames. Then read {@code PoseProcessor}, the way of one frame, and
 * {@code StudentCollector} and {@code StudentLoader}, the way of a student.
 */
package io.apprentice.inference;
