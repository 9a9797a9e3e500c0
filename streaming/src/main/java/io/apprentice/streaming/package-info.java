/**
 * Plumbing shared by the services: {@code kafka} (receivers, readers, senders, topics, dead letters), {@code avro} (codecs and
 * the registry), {@code service} (life cycle, health, metrics), {@code settings}. It knows {@code schemas}, Kafka and Reactor; no pose
 * logic.
 *
 * <p>Start reading at {@link io.apprentice.streaming.kafka.ExactlyOnceReceiver}.
 */
package io.apprentice.streaming;
