package io.apprentice.inference;

import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.Topics;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * The picture of the inference: a pure function of its settings, every operator and store named.
 *
 * <pre>
 * frames         ─▶ estimate-poses ─┬─▶ poses           one record per frame and object, in the frame's partition
 *                        ▲          └─▶ dead-letters    what could not be read or processed, bytes unchanged
 * student-models ─▶ collect-students (global) ─▶ student-parts ─▶ (in the background) ─▶ the student in use
 * </pre>
 */
final class InferenceTopology {

    static final String FRAMES = "frames";
    static final String ESTIMATE_POSES = "estimate-poses";
    static final String POSES = "poses";
    static final String DEAD_LETTERS = "dead-letters";
    static final String STUDENT_MODELS = "student-models";
    static final String COLLECT_STUDENTS = "collect-students";
    static final String STUDENT_PARTS = "student-parts";

    private InferenceTopology() {}

    /**
     * Wires the operators.
     *
     * @param topics names of the topics
     * @param encode a pose as the bytes of its record
     * @param poses makes the operator of the frames, one per task
     * @param students makes the operator of the students
     */
    static Topology build(
            Topics topics,
            Function<PoseEstimate, byte[]> encode,
            ProcessorSupplier<byte[], byte[], byte[], Object> poses,
            ProcessorSupplier<byte[], byte[], Void, Void> students) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        ByteArraySerializer toBytes = new ByteArraySerializer();
        // a record without a valid timestamp is still a frame
        TimestampExtractor timestamps = (record, partitionTime) -> Math.max(0, record.timestamp());
        return new Topology()
                .addSource(AutoOffsetReset.earliest(), FRAMES, timestamps, bytes, bytes, topics.name(Topic.FRAMES))
                .addProcessor(ESTIMATE_POSES, poses, FRAMES)
                .<byte[], PoseEstimate>addSink(
                        POSES,
                        topics.name(Topic.POSES),
                        toBytes,
                        (topic, pose) -> encode.apply(pose),
                        InferenceTopology::partitionOfFrame,
                        ESTIMATE_POSES)
                .addSink(DEAD_LETTERS, topics.name(Topic.DEAD_LETTERS), toBytes, toBytes, ESTIMATE_POSES)
                .addGlobalStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.inMemoryKeyValueStore(STUDENT_PARTS),
                                        Serdes.String(),
                                        Serdes.ByteArray())
                                .withLoggingDisabled(),
                        STUDENT_MODELS,
                        timestamps,
                        bytes,
                        bytes,
                        topics.name(Topic.STUDENT_MODELS),
                        COLLECT_STUDENTS,
                        students);
    }

    /** A pose lies in the partition of its frame, whoever sent the frame and however that client chose the partition. */
    private static Optional<Set<Integer>> partitionOfFrame(
            String topic, byte[] camera, PoseEstimate pose, int partitions) {
        return Optional.of(Set.of(pose.getFrameRef().getPartition() % partitions));
    }
}
