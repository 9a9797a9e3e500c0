package io.apprentice.pose.label;

/**
 * Where a label came from, so that it can be read again; the training only stores and returns it.
 *
 * @param partition partition of the log of labels
 * @param offset place within that partition
 */
public record LabelReference(int partition, long offset) {}
