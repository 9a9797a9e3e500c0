package io.apprentice.console;

import io.apprentice.console.gateway.PoseGateway;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseDistance;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.BrokerPulse;
import io.apprentice.streaming.kafka.RareWarnings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.DirectiveKey;
import io.apprentice.wire.StudentPartKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/**
 * Reads the topics, {@code read_committed}, and hands each record to who keeps it. Pictures, poses and labels are read
 * from now on, what is small from its beginning, so that a page shows what was before. When the broker comes back,
 * reading goes on.
 */
final class TopicWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final List<Topic> LIVE =
            List.of(Topic.FRAMES, Topic.LOCAL_PREDICTIONS, Topic.STUDENT_PREDICTIONS, Topic.POSES);
    private static final List<Topic> PAST = List.of(
            Topic.AGREEMENT, Topic.STUDENT_MODELS, Topic.TRAINING_PROGRESS, Topic.TRAINING_EVENTS, Topic.DIRECTIVES);
    private static final Set<Topic> KEPT =
            EnumSet.of(Topic.POSES, Topic.AGREEMENT, Topic.TRAINING_PROGRESS, Topic.TRAINING_EVENTS, Topic.DIRECTIVES);
    static final List<Topic> TOPICS = Stream.of(LIVE, PAST, List.of(Topic.DEAD_LETTERS))
            .flatMap(List::stream)
            .toList();

    private final RareWarnings warnings = new RareWarnings(LOG);
    private final ServiceContext context;
    private final Gallery gallery;
    private final Curves curves;
    private final Overview overview;
    private final Versions versions;
    private final Directions directions;
    private final DeadLetterList letters;
    private final AvroCodec<Frame> frames;
    private final AvroCodec<LocalPredictions> labels;
    private final AvroCodec<StudentPredictions> clouds;
    private final AvroCodec<PoseEstimate> poses;
    private final AvroCodec<Agreement> agreements;
    private final AvroCodec<StudentModel> models;
    private final AvroCodec<Directive> directives;
    private final AvroCodec<TrainingProgress> progress;
    private final AvroCodec<TrainingEvent> events;
    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();
    private final RecordReader reader;
    private final BrokerPulse pulse;
    private final Disposable.Composite reading = Disposables.composite();

    TopicWatch(
            ServiceContext context,
            Gallery gallery,
            Curves curves,
            Overview overview,
            Versions versions,
            Directions directions,
            DeadLetterList letters) {
        this.context = context;
        this.gallery = gallery;
        this.curves = curves;
        this.overview = overview;
        this.versions = versions;
        this.directions = directions;
        this.letters = letters;
        frames = context.codecs().codec(Topic.FRAMES, Frame.class);
        labels = context.codecs().codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        clouds = context.codecs().codec(Topic.STUDENT_PREDICTIONS, StudentPredictions.class);
        poses = context.codecs().codec(Topic.POSES, PoseEstimate.class);
        agreements = context.codecs().codec(Topic.AGREEMENT, Agreement.class);
        models = context.codecs().codec(Topic.STUDENT_MODELS, StudentModel.class);
        directives = context.codecs().codec(Topic.DIRECTIVES, Directive.class);
        progress = context.codecs().codec(Topic.TRAINING_PROGRESS, TrainingProgress.class);
        events = context.codecs().codec(Topic.TRAINING_EVENTS, TrainingEvent.class);
        reader = new RecordReader(context.kafka());
        pulse = new BrokerPulse(context.kafka());
    }

    /** The topics must exist. */
    void start() {
        follow(LIVE, RecordReader.From.END);
        follow(List.of(Topic.DEAD_LETTERS), RecordReader.From.RECENT);
        PAST.forEach(topic -> follow(List.of(topic), RecordReader.From.BEGINNING));
        reading.add(Flux.interval(Duration.ofSeconds(1)).onBackpressureDrop().subscribe(second -> {
            pulse.ask();
            overview.tick(curves, pulse.silence(), System.currentTimeMillis());
        }));
    }

    private void follow(List<Topic> topics, RecordReader.From from) {
        reading.add(Flux.defer(() ->
                        reader.tail(topics.stream().map(context.topics()::name).toList(), from))
                .doOnError(e -> LOG.warn("{} cannot be read for a moment: {}", topics, e.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RETRY))
                .subscribe(this::take));
    }

    void take(Received record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < next.getOrDefault(partition, 0L)) {
            return; // read before the broker went away
        }
        next.put(partition, record.offset() + 1);
        Topic topic = context.topics().topic(record.topic());
        try {
            note(topic, record, System.currentTimeMillis());
        } catch (UndecodableRecordException e) {
            // the service that processes the record makes a dead letter of it
            overview.unreadable(topic);
        } catch (RuntimeException e) {
            warnings.warn(topic.name(), "offset %d of %s is not shown: %s".formatted(record.offset(), partition, e));
            overview.unreadable(topic);
        }
    }

    private void note(Topic topic, Received record, long now) throws UndecodableRecordException {
        if (KEPT.contains(topic) && record.value() != null) {
            requireSmall(record.value().length);
        }
        switch (topic) {
            case FRAMES -> {
                Frame frame = frames.decode(record.value());
                // a sender's clock may be ahead
                gallery.frame(
                        new FrameRef(record.partition(), record.offset()), frame, Math.min(now, record.timestamp()));
                overview.frame(frame, now);
                curves.add(Curves.FRAMES, now, 1);
            }
            case LOCAL_PREDICTIONS -> {
                LocalPredictions label = labels.decode(record.value());
                gallery.label(label);
                overview.label(label, now);
                curves.add(Curves.LABELS, now, 1);
            }
            case STUDENT_PREDICTIONS -> gallery.cloud(clouds.decode(record.value()));
            case POSES -> {
                PoseEstimate pose = poses.decode(record.value());
                gallery.pose(pose);
                overview.pose(pose, now - record.timestamp(), now);
                if (pose.getStatus() != PoseStatus.SKIPPED) {
                    curves.add(Curves.POSES, now, 1);
                    curves.add(Curves.LOST, now, pose.getStatus() == PoseStatus.LOST ? 1 : 0);
                }
            }
            case AGREEMENT -> agreement(agreements.decode(record.value()), record.timestamp());
            case STUDENT_MODELS -> {
                StudentPartKey key = StudentPartKey.of(record.key())
                        .orElseThrow(() -> new UndecodableRecordException("key: expected STUDENT/VERSION/PART", null));
                if (record.value() == null) {
                    versions.removed(key.student(), key.version());
                } else if (key.part() == 0) {
                    StudentModel part = models.decode(record.value());
                    requireSmall(record.value().length - part.getWeights().remaining());
                    versions.published(part);
                }
            }
            case TRAINING_PROGRESS -> {
                TrainingProgress report = progress.decode(record.value());
                overview.progress(report);
                long at = report.getAt().toEpochMilli();
                report.getLosses().forEach((name, value) -> curves.add(Curves.loss(name), at, value));
                curves.add(Curves.LAG_OF_TRAINER, at, (double) report.getLag());
            }
            case TRAINING_EVENTS -> overview.event(events.decode(record.value()));
            case DIRECTIVES -> directive(record);
            case DEAD_LETTERS -> letters.add(record);
            default -> throw new IllegalStateException("not followed: " + topic);
        }
    }

    /** Of these, some thousands are kept. */
    private static void requireSmall(int bytes) throws UndecodableRecordException {
        if (bytes > PoseGateway.LARGEST_POSE) {
            throw new UndecodableRecordException("a record of %,d bytes is not shown".formatted(bytes), null);
        }
    }

    private void directive(Received record) throws UndecodableRecordException {
        if (record.key() != null) {
            directions.note(
                    DirectiveKey.of(record.key()), record.value() == null ? null : directives.decode(record.value()));
        }
    }

    private void agreement(Agreement agreement, long at) {
        versions.agreement(agreement);
        curves.add(Curves.AGREED, at, agreement.getAgreed() ? 1 : 0);
        PoseDistance apart = agreement.getStudentToTeacher();
        if (apart != null) {
            curves.add(Curves.APART_MILLIMETRES, at, 1000 * apart.getTranslation());
            curves.add(Curves.APART_DEGREES, at, apart.getRotation());
        }
        if (agreement.getTeacherToTruth() != null) {
            curves.add(Curves.TEACHER_TRUE, at, right(agreement.getTeacherToTruth()));
            curves.add(Curves.STUDENT_TRUE, at, right(agreement.getStudentToTruth()));
        }
    }

    private static int right(@Nullable PoseDistance toTruth) {
        return toTruth != null && toTruth.getDiameters() < AddMetric.TENTH ? 1 : 0;
    }

    @Override
    public void close() {
        reading.dispose();
        reader.close();
        pulse.close();
    }
}
