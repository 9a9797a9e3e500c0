/**
 * The bridge between Kafka's clients and Reactor. reactor-kafka is discontinued and does not work with Kafka 4, so this is a
 * small one of our own; the guarantee of each type is in its name and first sentence.
 */
package io.apprentice.streaming.kafka;
