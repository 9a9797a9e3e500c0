package io.apprentice.benchmarks.pipeline;

import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.service.ServiceContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A service that wants the poses: a consumer with a thread of its own. */
final class PoseReader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroCodec<PoseEstimate> codec;
    private final Waterfall waterfall;
    private final Thread thread = new Thread(this::read, "pose-reader");
    private volatile boolean closing;

    /** With Kafka's {@code isolation.level}. */
    PoseReader(ServiceContext context, Waterfall waterfall, String isolation) {
        Map<String, Object> properties = new HashMap<>(context.kafka().properties());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        codec = context.codecs().codec(Topic.POSES, PoseEstimate.class);
        this.waterfall = waterfall;
        List<TopicPartition> poses = List.of(new TopicPartition(context.topics().name(Topic.POSES), 0));
        consumer.assign(poses);
        consumer.seekToBeginning(poses);
        thread.start();
    }

    private void read() {
        try (consumer) {
            while (!closing) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                long read = Waterfall.now();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    waterfall.read(codec.decode(record.value()), record.offset(), read);
                }
            }
        } catch (UndecodableRecordException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
