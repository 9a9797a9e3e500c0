package io.apprentice.streaming.kafka;

import io.apprentice.schemas.Topic;

/**
 * Names of the topics on the broker.
 *
 * @param settings prefix and partitions
 */
public record Topics(TopicSettings settings) {

    /** The full name. */
    public String name(Topic topic) {
        return settings.prefix() + topic.baseName();
    }
}
