package io.apprentice.inference;

import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.AgreementWindow;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseDistance;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.wire.PoseMapping;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the student's answers with the teacher's labels of the same frames, whichever comes first. The window of a
 * comparison is the version of the student.
 *
 * <p>What waits for its other half is in memory, the newest only: a label whose frame was answered before the start, or
 * too long ago, is not compared. A comparison is written in the transaction of the label or the frame that completed
 * it, so at most once. The student's votes for a sample of these frames go the same way.
 */
final class AgreementProcessor implements Processor<byte[], Object, byte[], Object> {

    private static final Logger LOG = LoggerFactory.getLogger(AgreementProcessor.class);
    private static final int MOST_ANSWERS = 5_000;
    private static final int MOST_LABELS = 500;
    private static final int MOST_WINDOWS = 10_000;

    /** A label without its votes, which are large. */
    private record Labelled(TeacherRef teacher, Map<String, Pose> poses) {}

    private record Watched(String camera, String object) {}

    private static final class Window {
        private final long version;
        private long compared;
        private long agreed;
        private long found;
        private double sum;

        Window(long version) {
            this.version = version;
        }
    }

    private final Distances distances;
    private final AvroCodec<LocalPredictions> codec;
    private final InferenceMetrics metrics;
    private final Map<FrameRef, Answers> answers = new Newest<>(MOST_ANSWERS);
    private final Map<FrameRef, Labelled> labels = new Newest<>(MOST_LABELS);
    private final Map<Watched, Window> windows = new Newest<>(MOST_WINDOWS);
    private final StudentClouds clouds = new StudentClouds();
    private ProcessorContext<byte[], Object> context;

    AgreementProcessor(Distances distances, AvroCodec<LocalPredictions> codec, InferenceMetrics metrics) {
        this.distances = distances;
        this.codec = codec;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> processorContext) {
        context = processorContext;
    }

    @Override
    public void process(Record<byte[], Object> record) {
        if (record.value() instanceof Answers given) {
            FrameRef frame = given.poses().get(0).getFrameRef();
            clouds.keep(given);
            Labelled label = labels.remove(frame);
            if (label == null) {
                answers.put(frame, new Answers(given.poses(), given.truth(), Map.of()));
            } else {
                compare(given, label, record.timestamp());
            }
        } else {
            try {
                label(codec.decode((byte[]) record.value()), record.timestamp());
            } catch (UndecodableRecordException e) {
                LOG.debug("a label is not compared; the trainer makes a dead letter of it: {}", e.getMessage());
            }
        }
    }

    private void label(LocalPredictions predictions, long timestamp) {
        Map<String, Pose> poses = new LinkedHashMap<>();
        for (ObjectPredictions object : predictions.getObjects()) {
            Pose pose = object.getObjectToCamera();
            if (pose != null && PoseMapping.possible(pose).isPresent()) { // else the trainer makes a dead letter of it
                poses.put(object.getObjectId(), pose);
            }
        }
        Labelled label = new Labelled(predictions.getTeacher(), poses);
        Answers given = answers.remove(predictions.getFrameRef());
        if (given == null) {
            labels.put(predictions.getFrameRef(), label);
        } else {
            compare(given, label, timestamp);
        }
    }

    private void compare(Answers given, Labelled label, long timestamp) {
        for (PoseEstimate pose : given.poses()) {
            Pose teacher = label.poses().get(pose.getObjectId());
            if (teacher != null && pose.getStatus() != PoseStatus.SKIPPED) {
                Agreement agreement = agreement(pose, teacher, label.teacher(), truth(given, pose.getObjectId()));
                metrics.compared(pose.getObjectId(), agreement.getAgreed());
                forward(pose, agreement, timestamp, InferenceTopology.AGREEMENT);
            }
        }
        PoseEstimate any = given.poses().get(0);
        clouds.labelled(any, timestamp)
                .ifPresent(cloud -> forward(any, cloud, timestamp, InferenceTopology.STUDENT_PREDICTIONS));
    }

    private void forward(PoseEstimate of, Object value, long timestamp, String sink) {
        context.forward(
                new Record<>(of.getCameraId().getBytes(StandardCharsets.UTF_8), value, Math.max(0, timestamp)), sink);
    }

    private static Optional<Pose> truth(Answers given, String object) {
        return given.truth().stream()
                .filter(truth -> truth.getObjectId().equals(object))
                .map(GroundTruth::getObjectToCamera)
                .filter(pose -> PoseMapping.possible(pose).isPresent())
                .findFirst();
    }

    private Agreement agreement(PoseEstimate pose, Pose teacher, TeacherRef by, Optional<Pose> truth) {
        String object = pose.getObjectId();
        Pose student = pose.getObjectToCamera();
        Optional<PoseDistance> apart = distances.between(object, student, teacher);
        boolean agreed = apart.map(PoseDistance::getDiameters)
                .filter(d -> d < AddMetric.TENTH)
                .isPresent();
        return new Agreement(
                pose.getCameraId(),
                pose.getSequence(),
                pose.getCapturedAt(),
                pose.getFrameRef(),
                object,
                pose.getStudent().getId(),
                pose.getStudent().getVersion(),
                by.getId(),
                by.getVersion(),
                agreed,
                apart.orElse(null),
                truth.flatMap(t -> distances.between(object, student, t)).orElse(null),
                truth.flatMap(t -> distances.between(object, teacher, t)).orElse(null),
                window(pose, agreed, apart));
    }

    /** A new version begins anew. */
    private AgreementWindow window(PoseEstimate pose, boolean agreed, Optional<PoseDistance> apart) {
        long version = pose.getStudent().getVersion();
        Window window = windows.compute(
                new Watched(pose.getCameraId(), pose.getObjectId()),
                (key, w) -> w == null || w.version != version ? new Window(version) : w);
        window.compared++;
        window.agreed += agreed ? 1 : 0;
        apart.ifPresent(d -> {
            window.found++;
            window.sum += d.getDiameters();
        });
        return new AgreementWindow(
                window.compared, window.agreed, window.found, window.found == 0 ? 0 : window.sum / window.found);
    }
}
