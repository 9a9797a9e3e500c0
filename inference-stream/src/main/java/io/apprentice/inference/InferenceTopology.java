package io.apprentice.inference;

import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.StudentPredictions;
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
 *                        │          └─▶ compare ─┬─▶ agreement
 *                        │                 ▲     │      one record per object that the teacher found
 *                        │                 │     └─▶ student-predictions
 *                        │                 │            the student's votes, at most once a second and camera
 * local-predictions ─────┼─────────────────┘
 * student-models ─▶ collect-students (global) ─▶ student-parts ─▶ (in the background) ─▶ the student in use
 * directives     ─▶ check-directives ─▶ refused-directives ─▶ dead letters too
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
    static final String STUDENT_PREDICTIONS = "student-predictions";
    static final String DIRECTIVES = "directives";
    static final String CHECK_DIRECTIVES = "check-directives";
    static final String REFUSED_DIRECTIVES = "refused-directives";
    static final String STUDENT_MODELS = "student-models";
    static final String COLLECT_STUDENTS = "collect-students";
    static final String STUDENT_PARTS = "student-parts";

    /** Makes the bytes of each kind of record that is written. */
    record Encoders(
            Function<PoseEstimate, byte[]> pose,
            Function<Agreement, byte[]> agreement,
            Function<StudentPredictions, byte[]> votes) {}

    private InferenceTopology() {}

    /**
     * Wires the operators.
     *
     * @param topics names of the topics
     * @param encode how records become bytes
     * @param poses makes the operator of the frames, one per task
     * @param comparison makes the operator that compares poses with labels, one per task
     * @param students makes the operator of the students
     * @param directives makes the operator that finds directives which nobody can obey
     */
    static Topology build(
            Topics topics,
            Encoders encode,
            ProcessorSupplier<byte[], byte[], byte[], Object> poses,
            ProcessorSupplier<byte[], Object, byte[], Object> comparison,
            ProcessorSupplier<byte[], byte[], Void, Void> students,
            ProcessorSupplier<byte[], byte[], byte[], byte[]> directives) {
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
                        (topic, pose) -> encode.pose().apply(pose),
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
                        (topic, agreement) -> encode.agreement().apply(agreement),
                        (topic, key, agreement, partitions) -> partitionOf(agreement.getFrameRef(), partitions),
                        COMPARE)
                .<byte[], StudentPredictions>addSink(
                        STUDENT_PREDICTIONS,
                        topics.name(Topic.STUDENT_PREDICTIONS),
                        toBytes,
                        (topic, votes) -> encode.votes().apply(votes),
                        (topic, key, votes, partitions) -> partitionOf(votes.getFrameRef(), partitions),
                        COMPARE)
                .addSource(
                        AutoOffsetReset.earliest(), DIRECTIVES, timestamps, bytes, bytes, topics.name(Topic.DIRECTIVES))
                .addProcessor(CHECK_DIRECTIVES, directives, DIRECTIVES)
                .addSink(REFUSED_DIRECTIVES, topics.name(Topic.DEAD_LETTERS), toBytes, toBytes, CHECK_DIRECTIVES)
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
