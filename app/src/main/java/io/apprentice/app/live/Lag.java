package io.apprentice.app.live;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How many records of each topic a consumer group has yet to process, markers of transactions among them. */
public final class Lag {
    private Lag() {}

    /** Topic to records left; only topics for which the group has committed an offset. */
    public static Map<String, Long> of(Admin admin, String group) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed =
                new HashMap<>(admin.listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
                        .partitionsToOffsetAndMetadata(group)
                        .get());
        committed.values().removeIf(Objects::isNull);
        return ends(admin, committed.keySet()).entrySet().stream()
                .collect(Collectors.groupingBy(
                        e -> e.getKey().topic(),
                        Collectors.summingLong(e -> Math.max(
                                0, e.getValue() - committed.get(e.getKey()).offset()))));
    }

    /** Offsets after the last record. */
    static Map<TopicPartition, Long> ends(Admin admin, Collection<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        return admin.listOffsets(latest).all().get().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }
}
