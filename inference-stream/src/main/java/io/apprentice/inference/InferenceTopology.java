package io.apprentice.inference;

import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.FrameRef;
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
 *                        ▲          ├─▶ dead-letters    what could not be read or processed, bytes unchanged
 *                        │          └─▶ compare ─▶ agreement
 *                        │                 ▲            one record per object that the teacher found
 * local-predictions ─────┼─────────────────┘
 * student-models ─▶ collect-students (global) ─▶ student-parts ─▶ (in the background) ─▶ the student in use
 * </pre>
 */
final class InferenceTopology {

    static final String FRAMES = "frames";
    static final String ESTIMATE_POSES = "estimate-poses";
    static final String POSES = "poses";
    static final String DEAD_LETTERS = "dead-letters";
    static final String LOCAL_PREDICTIONS = "local-predictions";
    static final String COMPARE = "compare";
    static final String AGREEMENT = "agreement";
    static final String STUDENT_MODELS = "student-models";
    static final String COLLECT_STUDENTS = "collect-students";
    static final String STUDENT_PARTS = "student-parts";

    private InferenceTopology() {}

    /**
     * Wires the operators.
     *
     * @param topics names of the topics
     * @param encode a pose as the bytes of its record
     * @param encodeAgreement likewise
     * @param poses makes the operator of the frames, one per task
     * @param comparison makes the operator that compares poses with labels, one per task
     * @param students makes the operator of the students
     */
    static Topology build(
            Topics topics,
            Function<PoseEstimate, byte[]> encode,
            Function<Agreement, byte[]> encodeAgreement,
            ProcessorSupplier<byte[], byte[], byte[], Object> poses,
            ProcessorSupplier<byte[], Object, byte[], Agreement> comparison,
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
                        (topic, key, pose, partitions) -> partitionOf(pose.getFrameRef(), partitions),
                        ESTIMATE_POSES)
                .addSink(DEAD_LETTERS, topics.name(Topic.DEAD_LETTERS), toBytes, toBytes, ESTIMATE_POSES)
                .addSource(
                        AutoOffsetReset.latest(), // older labels are of frames that were answered before
                        LOCAL_PREDICTIONS,
                        timestamps,
                        bytes,
                        bytes,
                        topics.name(Topic.LOCAL_PREDICTIONS))
                .addProcessor(COMPARE, comparison, ESTIMATE_POSES, LOCAL_PREDICTIONS)
                .<byte[], Agreement>addSink(
                        AGREEMENT,
                        topics.name(Topic.AGREEMENT),
                        toBytes,
                        (topic, agreement) -> encodeAgreement.apply(agreement),
                        (topic, key, agreement, partitions) -> partitionOf(agreement.getFrameRef(), partitions),
                        COMPARE)
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

    /** What is about a frame lies in its partition, whoever sent the frame and however that client chose the partition. */
    private static Optional<Set<Integer>> partitionOf(FrameRef frame, int partitions) {
        return Optional.of(Set.of(frame.getPartition() % partitions));
    }
}
