package io.apprentice.streaming.kafka;

import io.apprentice.schemas.Topic;

/**
 * Names of the topics on the broker.
 *
 * @param settings prefix and partitions
 */
public record Topics(TopicSettings settings) {

    /** Largest record of a topic that we create, bytes ({@code max.message.bytes}). */
    public static final int LARGEST_RECORD = 16 << 20;
    /** Largest dead letter, bytes: any such record, and its reason. */
    public static final int LARGEST_DEAD_LETTER = LARGEST_RECORD + (1 << 20);

    /** The full name. */
    public String name(Topic topic) {
        return settings.prefix() + topic.baseName();
    }

    /**
     * The topic of a full name.
     *
     * @throws IllegalArgumentException if it is not one of ours
     */
    public Topic topic(String name) {
        for (Topic topic : Topic.values()) {
            if (name(topic).equals(name)) {
                return topic;
            }
        }
        throw new IllegalArgumentException("no topic of ours: " + name);
    }
}
