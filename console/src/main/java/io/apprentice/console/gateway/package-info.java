/**
 * Poses for services that do not speak Kafka: as server-sent events, through a WebSocket, or the newest as one JSON
 * document. Readers share one consumer and one bounded log; a reader is no more than a place in it.
 *
 * <p>Start reading at {@link io.apprentice.console.gateway.PoseGateway}: it feeds {@code PoseLog} from the topic, and
 * {@code PoseReader} takes each reader along, first through the topic where it asks for the past.
 */
package io.apprentice.console.gateway;
