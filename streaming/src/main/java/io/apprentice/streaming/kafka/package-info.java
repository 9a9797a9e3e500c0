/**
 * The bridge between Kafka's clients and Reactor. reactor-kafka is discontinued and does not work with Kafka 4, so the
 * project has its own small bridge. The guarantee of each type is in its name and first sentence.
 */
package io.apprentice.streaming.kafka;
