package io.apprentice.benchmarks.pipeline;

import io.apprentice.schemas.Topic;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Looks on, inside the Kafka clients of the services, as frames and poses pass, and tells the {@link Waterfall} of the run.
 * Kafka makes it, by its name.
 */
public final class Passage implements ProducerInterceptor<byte[], byte[]>, ConsumerInterceptor<byte[], byte[]> {

    private static volatile @Nullable Waterfall run;

    private String group = "";

    /** From now on records are those of another run. */
    static void tell(Waterfall waterfall) {
        run = waterfall;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        group = String.valueOf(configs.get("group.id"));
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
        Waterfall waterfall = run;
        if (waterfall != null && record.topic().equals(waterfall.topic(Topic.FRAMES))) {
            waterfall.frameSent();
        } else if (waterfall != null && record.topic().equals(waterfall.topic(Topic.POSES))) {
            waterfall.poseSent();
        }
        return record;
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception failed) {
        Waterfall waterfall = run;
        if (waterfall == null || metadata == null || failed != null) {
            return;
        }
        if (metadata.topic().equals(waterfall.topic(Topic.FRAMES))) {
            waterfall.frameInLog(metadata.offset());
        } else if (metadata.topic().equals(waterfall.topic(Topic.POSES))) {
            waterfall.poseInLog(metadata.offset());
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        Waterfall waterfall = run;
        if (waterfall != null && group.equals(waterfall.inferenceGroup())) {
            records.records(waterfall.topic(Topic.FRAMES)).forEach(record -> waterfall.frameFetched(record.offset()));
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
