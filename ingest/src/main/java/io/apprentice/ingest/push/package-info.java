/**
 * Frames that a program sends to us by HTTP, for cameras that only it can open. {@link io.apprentice.ingest.push.PushEndpoint} hands
 * each picture to the {@link io.apprentice.ingest.push.PushQueue} of its camera, and answers when it is known what became of it. It
 * knows nothing of Kafka.
 */
package io.apprentice.ingest.push;
