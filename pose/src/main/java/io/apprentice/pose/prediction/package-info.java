/**
 * Local predictions: the cells that make them, how they are encoded, and which of them are kept. Plain Java. Start with
 * {@link io.apprentice.pose.prediction.CellGrid}.
 */
package io.apprentice.pose.prediction;
