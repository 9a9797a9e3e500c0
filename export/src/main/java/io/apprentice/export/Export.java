package io.apprentice.export;

import io.apprentice.export.Selection.Verdict;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.SpanReader;
import io.apprentice.streaming.kafka.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One export of a range. For one use by one thread. */
public final class Export {

    private static final Logger LOG = LoggerFactory.getLogger(Export.class);

    private final Request request;
    private final KafkaSettings kafka;
    private final Topics topics;
    private final AvroCodec<Frame> frames;
    private final AvroCodec<PoseEstimate> poses;
    private final AvroCodec<LocalPredictions> labels;

    private final Set<String> cameras = new TreeSet<>();
    private final Set<String> objects = new TreeSet<>();
    private final Map<PoseStatus, Long> answers = new EnumMap<>(PoseStatus.class);
    private long images;
    private long labelled;
    private long unreadable;
    private Optional<Instant> first = Optional.empty();
    private Optional<Instant> last = Optional.empty();

    /**
     * What to write.
     *
     * @param file the file or, for {@link Format#TUM}, the folder
     * @param cameras ids; empty for all
     * @param objects ids; empty for all
     * @param meshes object id to mesh file, as far as known; BOP's files are named after their objects' numbers
     */
    public record Request(
            Format format,
            Path file,
            FrameRange range,
            Set<String> cameras,
            Set<String> objects,
            Map<String, String> meshes) {

        /** Copies. */
        public Request {
            cameras = Set.copyOf(cameras);
            objects = Set.copyOf(objects);
            meshes = Map.copyOf(meshes);
        }

        private boolean wants(String camera) {
            return cameras.isEmpty() || cameras.contains(camera);
        }

        private boolean wants(String camera, String object) {
            return wants(camera) && (objects.isEmpty() || objects.contains(object));
        }
    }

    /** An export of a cluster whose topics exist. */
    public Export(KafkaSettings kafka, AvroCodecs codecs, Topics topics, Request request) {
        this.kafka = kafka;
        this.topics = topics;
        this.request = request;
        frames = codecs.codec(Topic.FRAMES, Frame.class);
        poses = codecs.codec(Topic.POSES, PoseEstimate.class);
        labels = codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
    }

    /**
     * Writes the files. They appear under their names when they are whole; if it fails, nothing of them is left.
     *
     * @param progress is told after each record which share is read, 0 to 1
     * @throws IllegalArgumentException if the range has nothing to write, or nothing of a camera or object; names it
     * @throws IOException if a file cannot be written
     */
    public ExportReport run(DoubleConsumer progress) throws IOException {
        Selection selection;
        try (RecordReader reader = new RecordReader(kafka)) {
            selection = new Selection(reader, topics, request.format().topics(), request.range());
        }
        try (Drafts drafts = new Drafts();
                SpanReader reader = new SpanReader(kafka, selection.spans())) {
            Recording recording = recording(drafts);
            for (Optional<Received> record = reader.next(); record.isPresent(); record = reader.next()) {
                if (write(record.get(), recording, selection) == Verdict.BEHIND) {
                    reader.leave(record.get().topic(), record.get().partition());
                }
                progress.accept(reader.progress());
            }
            requireSomething();
            List<String> notes = recording.finish();
            drafts.publish();
            return new ExportReport(
                    images,
                    count(PoseStatus.ESTIMATED),
                    count(PoseStatus.LOST),
                    count(PoseStatus.SKIPPED),
                    labelled,
                    unreadable,
                    first.orElseThrow(),
                    last.orElseThrow(),
                    notes);
        }
    }

    private Recording recording(Drafts drafts) throws IOException {
        return switch (request.format()) {
            case CSV -> new BopCsv(drafts.open(request.file()), request.meshes());
            case TUM -> new TumTrajectories(drafts, request.file());
            case MCAP -> new McapRecording(drafts.open(request.file()));
        };
    }

    private Verdict write(Received record, Recording recording, Selection selection) throws IOException {
        Instant time = Instant.ofEpochMilli(record.timestamp());
        Verdict verdict;
        try {
            if (record.topic().equals(topics.name(Topic.FRAMES))) {
                verdict = selection.frame(new FrameRef(record.partition(), record.offset()), time);
                if (verdict == Verdict.INSIDE) {
                    frame(frames.decode(record.value()), time, recording);
                }
            } else if (record.topic().equals(topics.name(Topic.POSES))) {
                PoseEstimate pose = poses.decode(record.value());
                verdict = selection.pose(pose.getFrameRef(), time);
                if (verdict == Verdict.INSIDE) {
                    pose(pose, time, recording);
                }
            } else {
                LocalPredictions label = labels.decode(record.value());
                verdict = selection.label(label.getFrameRef(), time);
                if (verdict == Verdict.INSIDE) {
                    label(label, time, recording);
                }
            }
            return verdict;
        } catch (UndecodableRecordException e) {
            unreadable++;
            LOG.warn(
                    "left out: record {} of {}-{}: {}",
                    record.offset(),
                    record.topic(),
                    record.partition(),
                    e.getMessage());
            return Verdict.OUTSIDE;
        }
    }

    private void frame(Frame frame, Instant arrival, Recording recording) throws IOException {
        cameras.add(frame.getCameraId());
        if (request.wants(frame.getCameraId())) {
            recording.frame(frame, arrival);
            images++;
            written(arrival);
        }
    }

    private void pose(PoseEstimate pose, Instant arrival, Recording recording) throws IOException {
        cameras.add(pose.getCameraId());
        objects.add(pose.getObjectId());
        if (request.wants(pose.getCameraId(), pose.getObjectId())) {
            answers.merge(pose.getStatus(), 1L, Long::sum);
            if (pose.getObjectToCamera() != null) {
                recording.pose(pose, arrival);
                written(arrival);
            }
        }
    }

    private void label(LocalPredictions label, Instant time, Recording recording) throws IOException {
        cameras.add(label.getCameraId());
        List<ObjectPredictions> wanted = label.getObjects().stream()
                .filter(object -> request.wants(label.getCameraId(), object.getObjectId()))
                .toList();
        label.getObjects().forEach(object -> objects.add(object.getObjectId()));
        if (!wanted.isEmpty()) {
            label.setObjects(wanted);
            recording.label(label, time);
            labelled++;
            written(time);
        }
    }

    private void written(Instant time) {
        first = first.or(() -> Optional.of(time));
        last = Optional.of(time);
    }

    private long count(PoseStatus status) {
        return answers.getOrDefault(status, 0L);
    }

    private void requireSomething() {
        requireSeen("camera", request.cameras(), cameras);
        requireSeen("object", request.objects(), objects);
        if (first.isEmpty()) {
            throw new IllegalArgumentException("nothing to export in %s: %d poses, %d lost, %d skipped"
                    .formatted(
                            request.range(),
                            count(PoseStatus.ESTIMATED),
                            count(PoseStatus.LOST),
                            count(PoseStatus.SKIPPED)));
        }
    }

    private void requireSeen(String what, Set<String> wanted, Set<String> seen) {
        String missing = wanted.stream()
                .filter(id -> !seen.contains(id))
                .sorted()
                .map(id -> "'" + id + "'")
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing of %s %s in %s; it has %s".formatted(what, missing, request.range(), seen));
        }
    }
}
