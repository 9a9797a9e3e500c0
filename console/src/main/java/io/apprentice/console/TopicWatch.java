package io.apprentice.console;

import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/**
 * Reads the topics, {@code read_committed}, and hands each record to who keeps it. Pictures, poses and labels are read from now on,
 * what is small from its beginning, so that a page shows what was before. When the broker comes back, reading goes on.
 */
final class TopicWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final List<Topic> LIVE = List.of(Topic.FRAMES, Topic.LOCAL_PREDICTIONS, Topic.POSES);
    private static final List<Topic> PAST = List.of(Topic.TRAINING_PROGRESS, Topic.TRAINING_EVENTS);
    static final List<Topic> TOPICS = Flux.concat(Flux.fromIterable(LIVE), Flux.fromIterable(PAST))
            .collectList()
            .block();

    private final ServiceContext context;
    private final Gallery gallery;
    private final Curves curves;
    private final Overview overview;
    private final AvroCodec<Frame> frames;
    private final AvroCodec<LocalPredictions> labels;
    private final AvroCodec<PoseEstimate> poses;
    private final AvroCodec<TrainingProgress> progress;
    private final AvroCodec<TrainingEvent> events;
    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();
    private final RecordReader reader;
    private final Disposable.Composite reading = Disposables.composite();

    TopicWatch(ServiceContext context, Gallery gallery, Curves curves, Overview overview) {
        this.context = context;
        this.gallery = gallery;
        this.curves = curves;
        this.overview = overview;
        frames = context.codecs().codec(Topic.FRAMES, Frame.class);
        labels = context.codecs().codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        poses = context.codecs().codec(Topic.POSES, PoseEstimate.class);
        progress = context.codecs().codec(Topic.TRAINING_PROGRESS, TrainingProgress.class);
        events = context.codecs().codec(Topic.TRAINING_EVENTS, TrainingEvent.class);
        reader = new RecordReader(context.kafka());
    }

    /** The topics must exist. */
    void start() {
        follow(LIVE, RecordReader.From.END);
        PAST.forEach(topic -> follow(List.of(topic), RecordReader.From.BEGINNING));
        reading.add(Flux.interval(Duration.ofSeconds(1))
                .onBackpressureDrop()
                .subscribe(second -> overview.tick(curves, System.currentTimeMillis())));
    }

    private void follow(List<Topic> topics, RecordReader.From from) {
        reading.add(Flux.defer(() ->
                        reader.tail(topics.stream().map(context.topics()::name).toList(), from))
                .doOnError(e -> LOG.warn("{} cannot be read for a moment: {}", topics, e.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RETRY))
                .subscribe(this::take));
    }

    private void take(Received record) {
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
        }
    }

    private void note(Topic topic, Received record, long now) throws UndecodableRecordException {
        switch (topic) {
            case FRAMES -> {
                Frame frame = frames.decode(record.value());
                gallery.frame(new FrameRef(record.partition(), record.offset()), frame, record.timestamp());
                overview.frame(frame, now);
                curves.add(Curves.FRAMES, now, 1);
            }
            case LOCAL_PREDICTIONS -> {
                LocalPredictions label = labels.decode(record.value());
                gallery.label(label);
                overview.label(label, now);
                curves.add(Curves.LABELS, now, 1);
            }
            case POSES -> {
                PoseEstimate pose = poses.decode(record.value());
                gallery.pose(pose);
                overview.pose(pose, now - record.timestamp(), now);
                if (pose.getStatus() != PoseStatus.SKIPPED) {
                    curves.add(Curves.POSES, now, 1);
                    curves.add(Curves.LOST, now, pose.getStatus() == PoseStatus.LOST ? 1 : 0);
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
            default -> throw new IllegalStateException("not followed: " + topic);
        }
    }

    @Override
    public void close() {
        reading.dispose();
        reader.close();
    }
}
