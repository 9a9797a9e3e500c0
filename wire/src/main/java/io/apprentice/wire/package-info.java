/**
 * Turns records of the topics into types of the science and back; the only place that knows both. It may use
 * {@code schemas} and {@code pose}, but neither Kafka nor the registry.
 *
 * <p>Start reading at {@link io.apprentice.wire.DecodedFrame}, which every service makes of a frame, and
 * {@link io.apprentice.wire.LabelMapping}.
 */
package io.apprentice.wire;
