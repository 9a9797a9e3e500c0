package io.apprentice.streaming.kafka;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that a receiver has emitted and not yet committed. A record is <em>valid</em> while its commit would be
 * correct: its partition has stayed ours, and it does not have to be emitted again. The receiver only waits for the
 * return of outdated records, so that old and new copies are never in one batch of the caller. For one thread.
 */
final class InFlight {

    private final Map<TopicPartition, NavigableMap<Long, Received>> valid = new HashMap<>();
    private final Set<Received> outdated = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytes;

    void add(Received record) {
        valid.computeIfAbsent(partition(record), p -> new TreeMap<>()).put(record.offset(), record);
        bytes += record.size();
    }

    /** Size of all valid records. */
    long bytes() {
        return bytes;
    }

    @SuppressWarnings("ReferenceEquality") // the same offset may be emitted twice
    boolean isValid(Received record) {
        NavigableMap<Long, Received> ofPartition = valid.get(partition(record));
        return ofPartition != null && ofPartition.get(record.offset()) == record;
    }

    /** Forgets records before committed offsets. */
    void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, next) -> {
            Map<Long, Received> done = valid.get(partition).headMap(next.offset(), false);
            done.values().forEach(record -> bytes -= record.size());
            done.clear();
        });
    }

    /** Marks the records of lost partitions as outdated; returns whether there are any. */
    boolean lost(Collection<TopicPartition> partitions) {
        boolean any = false;
        for (TopicPartition partition : partitions) {
            NavigableMap<Long, Received> gone = valid.remove(partition);
            if (gone != null) {
                outdated.addAll(gone.values());
                gone.values().forEach(record -> bytes -= record.size());
                any |= !gone.isEmpty();
            }
        }
        return any;
    }

    /** Marks every record as outdated; returns the offsets from which they have to be emitted again. */
    Map<TopicPartition, Long> restart() {
        Map<TopicPartition, Long> from = new HashMap<>();
        valid.forEach((partition, records) -> {
            if (!records.isEmpty()) {
                from.put(partition, records.firstKey());
            }
        });
        lost(Set.copyOf(valid.keySet()));
        return from;
    }

    /** Whether outdated records are still with the caller. */
    boolean isDraining() {
        return !outdated.isEmpty();
    }

    void returned(Collection<Received> records) {
        records.forEach(outdated::remove);
    }

    void stopDraining() {
        outdated.clear();
    }

    static TopicPartition partition(Received record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
