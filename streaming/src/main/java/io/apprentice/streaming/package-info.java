/**
 * Plumbing shared by the services: {@code kafka} (receivers, readers, senders, topics, dead letters), {@code avro} (codecs and
 * the registry), {@code service} (life cycle, health, metrics), {@code settings}. No pose logic.
 */
package io.apprentice.streaming;
