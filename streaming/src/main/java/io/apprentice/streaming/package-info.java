/**
 * Plumbing shared by the services: {@code kafka} (receivers, readers, senders, topics, dead letters), {@code avro}
 * (codecs and the registry), {@code service} (life cycle, health, metrics), {@code settings}. It uses {@code schemas},
 * Kafka and Reactor, and has no pose logic.
 *
 * <p>Start reading at {@link io.apprentice.streaming.kafka.ExactlyOnceReceiver}.
 */
package io.apprentice.streaming;
