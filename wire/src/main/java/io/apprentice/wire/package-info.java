/**
 * Records of the topics, as types of the science and back; the only place that knows both. It knows {@code schemas} and {@code pose},
 * and neither Kafka nor the registry.
 *
 * <p>Start reading at {@link io.apprentice.wire.DecodedFrame}, what every service makes of a frame, and
 * {@link io.apprentice.wire.LabelMapping}.
 */
package io.apprentice.wire;
