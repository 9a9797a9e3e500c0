/**
 * Cameras that are not files: their addresses, their state, and the way of their frames into this process. It knows
 * nothing of Kafka or of the cameras beside it.
 */
package io.apprentice.ingest.live;
