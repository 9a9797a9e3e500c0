package io.apprentice.pose.label;

/**
 * Where a label came from, so that it can be asked for again; the training only keeps and returns it.
 *
 * @param partition partition of the log of labels
 * @param offset place within that partition
 */
public record LabelReference(int partition, long offset) {}
