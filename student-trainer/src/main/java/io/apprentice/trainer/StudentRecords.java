package io.apprentice.trainer;

import io.apprentice.learning.guard.Review;
import io.apprentice.learning.online.Finding;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.DirectiveKind;
import io.apprentice.schemas.FoldedRun;
import io.apprentice.schemas.StudentManifest;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingCheckpoint;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingEventKind;
import io.apprentice.schemas.TrainingLineage;
import io.apprentice.schemas.TrainingOrder;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.FileParts;
import io.apprentice.wire.StudentPartKey;
import io.apprentice.wire.StudentSigner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** What a trainer writes: versions, checkpoints and progress of one student, as records ready to be sent. */
final class StudentRecords {

    private final String student;
    private final StudentSigner signer;
    private final Clock clock;
    private final String modelTopic;
    private final String checkpointTopic;
    private final String progressTopic;
    private final AvroCodec<StudentModel> models;
    private final AvroCodec<TrainingCheckpoint> checkpoints;
    private final String eventTopic;
    private final String directiveTopic;
    private final AvroCodec<Directive> directives;
    private final AvroCodec<TrainingProgress> progress;
    private final AvroCodec<TrainingEvent> events;
    private final String orderTopic;
    private final AvroCodec<TrainingOrder> orders;

    StudentRecords(ServiceContext context, String student, StudentSigner signer, Clock clock) {
        this.student = student;
        this.signer = signer;
        this.clock = clock;
        modelTopic = context.topics().name(Topic.STUDENT_MODELS);
        checkpointTopic = context.topics().name(Topic.TRAINING_CHECKPOINTS);
        progressTopic = context.topics().name(Topic.TRAINING_PROGRESS);
        directiveTopic = context.topics().name(Topic.DIRECTIVES);
        directives = context.codecs().codec(Topic.DIRECTIVES, Directive.class);
        eventTopic = context.topics().name(Topic.TRAINING_EVENTS);
        events = context.codecs().codec(Topic.TRAINING_EVENTS, TrainingEvent.class);
        models = context.codecs().codec(Topic.STUDENT_MODELS, StudentModel.class);
        checkpoints = context.codecs().codec(Topic.TRAINING_CHECKPOINTS, TrainingCheckpoint.class);
        progress = context.codecs().codec(Topic.TRAINING_PROGRESS, TrainingProgress.class);
        orderTopic = context.topics().name(Topic.TRAINING_ORDER);
        orders = context.codecs().codec(Topic.TRAINING_ORDER, TrainingOrder.class);
    }

    /** The parts of the fold's newest version. */
    List<ProducerRecord<byte[], byte[]>> version(StudentFold fold, Map<String, Double> losses) {
        NetworkWeights weights = fold.weights();
        byte[] file = weights.toBytes();
        String sha256 = FileParts.sha256(file);
        StudentManifest manifest = new StudentManifest(
                weights.architecture().name(),
                weights.objects(),
                sha256,
                (long) file.length,
                now(),
                parent(fold),
                lineage(fold),
                losses,
                signer.sign(student, fold.version(), sha256).orElse(null),
                fold.restored().isPresent() ? fold.restored().getAsLong() : null);
        List<byte[]> parts = FileParts.split(file);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            StudentModel model = new StudentModel(
                    student, fold.version(), part, parts.size(), manifest, ByteBuffer.wrap(parts.get(part)));
            records.add(new ProducerRecord<>(modelTopic, modelKey(fold.version(), part), models.encode(model)));
        }
        return records;
    }

    private static TrainingLineage lineage(StudentFold fold) {
        Map<String, Long> offsets = new TreeMap<>();
        fold.offsets().forEach((partition, offset) -> offsets.put(Integer.toString(partition), offset));
        return new TrainingLineage(
                fold.startSha256(), fold.seed(), fold.labels(), fold.skipped(), fold.steps(), offsets);
    }

    /** What was folded in since the last commit. */
    ProducerRecord<byte[], byte[]> order(StudentFold fold) {
        FoldOrder order = fold.order();
        long now = order.runs().stream().mapToLong(FoldedRun::getLabels).sum();
        TrainingOrder value = new TrainingOrder(
                student,
                fold.labels() + fold.skipped() - now,
                order.runs(),
                order.teachers(),
                fold.version(),
                parent(fold),
                fold.weights().sha256(),
                fold.startSha256(),
                fold.settings(),
                TorchRuntime.fingerprint(),
                TorchRuntime.threads(),
                order.gone());
        return record(orderTopic, student, orders.encode(value));
    }

    private static @Nullable Long parent(StudentFold fold) {
        return fold.version() == 0 ? null : (Long) fold.restored().orElse(fold.version() - 1);
    }

    /** The records that remove a version from the topic. */
    List<ProducerRecord<byte[], byte[]>> tombstones(long version, int parts) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            records.add(new ProducerRecord<>(modelTopic, modelKey(version, part), null));
        }
        return records;
    }

    /** The parts of the fold's state. */
    List<ProducerRecord<byte[], byte[]>> checkpoint(StudentFold fold) {
        byte[] state = fold.state();
        String sha256 = FileParts.sha256(state);
        List<byte[]> parts = FileParts.split(state);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            TrainingCheckpoint checkpoint = new TrainingCheckpoint(
                    student, part, parts.size(), fold.steps(), sha256, ByteBuffer.wrap(parts.get(part)));
            records.add(record(checkpointTopic, student + "/" + part, checkpoints.encode(checkpoint)));
        }
        return records;
    }

    /**
     * How the training stands.
     *
     * @param losses means since the last progress
     * @param lag labels that wait
     */
    ProducerRecord<byte[], byte[]> progress(StudentFold fold, Map<String, Double> losses, long lag) {
        TrainingProgress value = new TrainingProgress(
                student,
                now(),
                fold.labels(),
                fold.skipped(),
                fold.steps(),
                fold.replaySize(),
                fold.version(),
                losses,
                fold.nonFiniteSteps(),
                lag);
        return record(progressTopic, student, progress.encode(value));
    }

    /** What was decided about a version. */
    ProducerRecord<byte[], byte[]> event(StudentFold fold, Review review) {
        TrainingEvent event = new TrainingEvent(
                student,
                now(),
                TrainingEventKind.valueOf(review.verdict().name()),
                fold.version(),
                fold.labels(),
                fold.steps(),
                null,
                review.figures(),
                review.reason(),
                "");
        return record(eventTopic, student, events.encode(event));
    }

    /** A finding about a camera and, if it concerns the teacher, the directive for it. */
    List<ProducerRecord<byte[], byte[]>> finding(StudentFold fold, Finding finding) {
        TrainingEvent event = new TrainingEvent(
                student,
                now(),
                TrainingEventKind.valueOf(finding.kind().name()),
                fold.version(),
                fold.labels(),
                fold.steps(),
                finding.camera(),
                finding.figures(),
                finding.reason(),
                "");
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        records.add(record(eventTopic, student, events.encode(event)));
        if (finding.kind() == Finding.Kind.STRIDE) {
            Directive directive = new Directive(
                    finding.camera(),
                    finding.stride(),
                    student,
                    now(),
                    finding.reason(),
                    DirectiveKind.STRIDE,
                    null,
                    "");
            records.add(record(directiveTopic, finding.camera(), directives.encode(directive)));
        }
        return records;
    }

    /** The record that lets a camera's teacher follow its own settings again. */
    ProducerRecord<byte[], byte[]> noDirective(String camera) {
        return record(directiveTopic, camera, null);
    }

    private byte[] modelKey(long version, int part) {
        return new StudentPartKey(student, version, part).bytes();
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
        return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
