package io.apprentice.streaming.kafka;

/**
 * How topics are named and created, under the key {@code topics}.
 *
 * @param prefix prefix of every topic's name
 * @param cameraPartitions partitions of the topics keyed by camera
 * @param replication copies of every partition
 * @param create whether missing topics are created; otherwise services wait for them
 */
public record TopicSettings(String prefix, int cameraPartitions, int replication, boolean create) {

    /** No prefix, four partitions, one copy; missing topics are created. */
    public static final TopicSettings DEFAULTS = new TopicSettings("", 4, 1, true);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the key
     */
    public TopicSettings {
        if (!prefix.matches("[A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "topics.prefix must have only letters, digits, '.', '_' and '-', got '" + prefix + "'");
        }
        if (cameraPartitions < 1 || cameraPartitions > 1000) {
            throw new IllegalArgumentException("topics.camera-partitions must be 1 to 1000, got " + cameraPartitions);
        }
        if (replication < 1 || replication > 10) {
            throw new IllegalArgumentException("topics.replication must be 1 to 10, got " + replication);
        }
    }
}
