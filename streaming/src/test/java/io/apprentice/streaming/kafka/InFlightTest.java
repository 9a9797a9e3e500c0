package io.apprentice.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private static final TopicPartition P0 = new TopicPartition("t", 0);
    private static final TopicPartition P1 = new TopicPartition("t", 1);

    private final InFlight inFlight = new InFlight();

    @Test
    void lost_outdatesTheRecordsOfThatPartitionUntilTheyReturn() {
        Received gone = add(0, 7);
        Received kept = add(1, 3);
        assertThat(inFlight.lost(List.of(P0))).isTrue();
        assertThat(inFlight.isValid(gone)).isFalse();
        assertThat(inFlight.isValid(kept)).isTrue();
        assertThat(inFlight.bytes()).isEqualTo(kept.size());
        assertThat(inFlight.isDraining()).isTrue();
        inFlight.returned(List.of(gone));
        assertThat(inFlight.isDraining()).isFalse();
        assertThat(inFlight.lost(List.of(P0))).isFalse();
    }

    @Test
    void isValid_ofTheSameOffsetHandedOutTwice_isTrueForTheLaterOneOnly() {
        Received before = add(0, 7);
        assertThat(inFlight.restart()).isEqualTo(Map.of(P0, 7L));
        Received after = add(0, 7);
        assertThat(inFlight.isValid(before)).isFalse();
        assertThat(inFlight.isValid(after)).isTrue();
    }

    @Test
    void restart_afterACommit_beginsWithTheFirstRecordNotCommitted() {
        add(0, 1);
        add(0, 2);
        add(0, 5);
        add(1, 4);
        inFlight.committed(Map.of(P0, new OffsetAndMetadata(3)));
        assertThat(inFlight.bytes()).isEqualTo(4);
        assertThat(inFlight.restart()).isEqualTo(Map.of(P0, 5L, P1, 4L));
        assertThat(inFlight.bytes()).isZero();
        assertThat(inFlight.restart()).isEmpty();
    }

    private Received add(int partition, long offset) {
        Received record = new Received("t", partition, offset, 0, new byte[] {1}, new byte[] {2}, new RecordHeaders());
        inFlight.add(record);
        return record;
    }
}
