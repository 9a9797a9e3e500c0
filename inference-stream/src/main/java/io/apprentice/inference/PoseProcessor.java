package io.apprentice.inference;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.SearchPace;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentRef;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.Trace;
import io.apprentice.streaming.service.Mode;
import io.apprentice.wire.DecodedFrame;
import io.apprentice.wire.FrameMapping;
import io.apprentice.wire.LostMapping;
import io.apprentice.wire.PoseMapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one frame: bytes in, exactly one {@link PoseEstimate} per object out, whatever happens.
 *
 * <ul>
 *   <li>A record that is not a readable frame: a dead letter, no pose.
 *   <li>A frame that waited too long in live mode: SKIPPED.
 *   <li>A frame whose image cannot be read, or on which the network fails: a dead letter, and LOST.
 *   <li>Everything else: ESTIMATED or LOST.
 * </ul>
 */
final class PoseProcessor implements Processor<byte[], byte[], byte[], Object> {

    private static final Logger LOG = LoggerFactory.getLogger(PoseProcessor.class);
    private static final String DECODE = "inference.decode";
    private static final String ESTIMATE = "inference.estimate";

    private final InferenceSettings settings;
    private final List<String> objects;
    private final AvroCodec<Frame> codec;
    private final DeadLetters deadLetters;
    private final StudentSlot students;
    private final InferenceMetrics metrics;
    private final InstantSource clock;
    private final LastPoses lastPoses;
    private final SearchPace pace = new SearchPace();
    private ProcessorContext<byte[], Object> context;

    PoseProcessor(
            InferenceSettings settings,
            List<String> objects,
            AvroCodec<Frame> codec,
            DeadLetters deadLetters,
            StudentSlot students,
            InferenceMetrics metrics,
            InstantSource clock) {
        this.settings = settings;
        this.objects = List.copyOf(objects);
        this.codec = codec;
        this.deadLetters = deadLetters;
        this.students = students;
        this.metrics = metrics;
        this.clock = clock;
        this.lastPoses = new LastPoses(settings.forgetAfter());
    }

    @Override
    public void init(ProcessorContext<byte[], Object> processorContext) {
        context = processorContext;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Frame frame;
        try {
            frame = codec.decode(record.value());
            FrameMapping.require(frame);
        } catch (UndecodableRecordException | IOException e) {
            deadLetter(record, DECODE, e);
            return;
        }
        byte[] key = frame.getCameraId().getBytes(StandardCharsets.UTF_8);
        Answers answers = students.use(student -> answers(student, frame, record));
        context.forward(new Record<>(key, answers, record.timestamp()), InferenceTopology.COMPARE);
        Headers trace = Trace.goOn(record.headers(), "estimate", arrival(record));
        for (PoseEstimate pose : answers.poses()) {
            metrics.count(pose, arrival(record));
            context.forward(new Record<>(key, pose, record.timestamp(), trace), InferenceTopology.POSES);
        }
    }

    private Answers answers(Student student, Frame frame, Record<byte[], byte[]> record) {
        if (settings.mode() == Mode.LIVE
                && arrival(record).plus(settings.maxAge()).isBefore(clock.instant())) {
            return without(student, frame, PoseStatus.SKIPPED);
        }
        try {
            return estimated(student, frame, record.timestamp());
        } catch (IOException | RuntimeException e) {
            deadLetter(record, e instanceof IOException ? DECODE : ESTIMATE, e);
            objects.forEach(object -> lastPoses.update(frame.getCameraId(), object, Optional.empty()));
            return without(student, frame, PoseStatus.LOST);
        }
    }

    /** By object; of dense networks there are none. */
    private static Map<String, KeypointVotes> votes(List<Estimate> estimates) {
        return estimates.stream()
                .filter(estimate -> estimate.predictions() instanceof KeypointVotes)
                .collect(Collectors.toMap(Estimate::objectId, estimate -> (KeypointVotes) estimate.predictions()));
    }

    /** When the frame reached us; the sender's clock, which {@code captured_at} may be, can be wrong. */
    private static Instant arrival(Record<byte[], byte[]> record) {
        return Instant.ofEpochMilli(record.timestamp());
    }

    private Answers estimated(Student student, Frame frame, long arrivalMillis) throws IOException {
        long start = System.nanoTime();
        DecodedFrame decoded = DecodedFrame.of(frame);
        long decodeMicros = (System.nanoTime() - start) / 1000;
        boolean search = pace.isDue(arrivalMillis) || settings.mode() == Mode.REPLAY;
        List<Query> queries = decoded.queries(objects, student.estimator().cropSize(), lastPoses, search);
        List<PoseEstimate> poses = new ArrayList<>();
        List<Estimate> estimates = student.estimate(queries);
        for (int i = 0; i < estimates.size(); i++) {
            Estimate estimate = estimates.get(i);
            Query query = queries.get(i);
            Optional<PnpSolution> steady =
                    estimate.pose().map(p -> student.estimator().steady(query, p));
            Optional<Se3> found = steady.map(PnpSolution::objectToCamera);
            lastPoses.update(frame.getCameraId(), estimate.objectId(), found, search);
            metrics.lost()
                    .saw(frame.getCameraId(), arrivalMillis, decoded.intrinsics(), student.estimator(), estimate)
                    .ifPresent(text -> LOG.warn("student: {}", text));
            Map<String, Long> micros = new TreeMap<>(estimate.stageMicros());
            micros.put("decode", decodeMicros);
            PoseEstimate.Builder pose = builder(student, frame, estimate.objectId())
                    .setScore(estimate.score())
                    .setStageMicros(micros);
            steady.ifPresent(solution -> pose.setStatus(PoseStatus.ESTIMATED)
                    .setObjectToCamera(PoseMapping.toRecord(solution.objectToCamera()))
                    .setCovariance(Arrays.stream(solution.covariance()).boxed().toList())
                    .setInliers(solution.inliers())
                    .setReprojectionError(solution.reprojectionError()));
            if (estimate.pose().isEmpty() && estimate.searched().isPresent()) {
                metrics.lost()
                        .lost(frame.getCameraId(), estimate.objectId())
                        .map(LostMapping::toRecord)
                        .ifPresent(pose::setLongLost);
            }
            poses.add(pose.build());
        }
        pace.took(
                System.nanoTime() - start,
                estimates.stream()
                        .flatMap(estimate -> estimate.searched().stream())
                        .mapToLong(Estimate.Searched::micros)
                        .sum());
        return new Answers(poses, frame.getGroundTruth(), votes(estimates));
    }

    private Answers without(Student student, Frame frame, PoseStatus status) {
        return new Answers(
                objects.stream()
                        .map(object -> builder(student, frame, object)
                                .setStatus(status)
                                .build())
                        .toList(),
                frame.getGroundTruth(),
                Map.of());
    }

    private PoseEstimate.Builder builder(Student student, Frame frame, String object) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        return PoseEstimate.newBuilder()
                .setCameraId(frame.getCameraId())
                .setSequence(frame.getSequence())
                .setCapturedAt(frame.getCapturedAt())
                .setEstimatedAt(clock.instant())
                .setFrameRef(new FrameRef(metadata.partition(), metadata.offset()))
                .setObjectId(object)
                .setStatus(PoseStatus.LOST)
                .setScore(0)
                .setInliers(0)
                .setReprojectionError(0)
                .setStudent(new StudentRef(student.id(), student.version()));
    }

    private void deadLetter(Record<byte[], byte[]> record, String stage, Exception error) {
        metrics.failed(error);
        context.forward(StreamLetters.of(record, context, deadLetters, stage, error), InferenceTopology.DEAD_LETTERS);
    }
}
