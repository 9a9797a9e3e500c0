package io.apprentice.app.live;

import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.ConsumerGroups;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.PoseMapping;
import io.apprentice.wire.StudentPartKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topics as any consumer of the system would, {@code read_committed}, from the moment it is made, and keeps the
 * score. One thread, bounded memory.
 */
final class Monitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LONGEST_WAY_MILLIS = Duration.ofHours(1).toMillis();
    private static final List<Topic> WATCHED = List.of(
            Topic.FRAMES,
            Topic.LOCAL_PREDICTIONS,
            Topic.POSES,
            Topic.STUDENT_MODELS,
            Topic.TRAINING_PROGRESS,
            Topic.TRAINING_EVENTS,
            Topic.DEAD_LETTERS);

    private final Scoreboard scoreboard;
    private final Map<String, Topic> topics = new HashMap<>();
    private final Map<Integer, Long> firstFrames = new HashMap<>();
    private final AvroCodec<Frame> frames;
    private final AvroCodec<LocalPredictions> labels;
    private final AvroCodec<PoseEstimate> poses;
    private final AvroCodec<TrainingProgress> progress;
    private final AvroCodec<TrainingEvent> events;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final String teacherGroup;
    private final String framesTopic;
    private final Thread thread = new Thread(this::read, "monitor");
    private boolean complained;

    /** Watches from the present ends of the topics, which must exist. */
    Monitor(ServiceContext context, List<ObjectModel> objects) {
        scoreboard = new Scoreboard(accuracy(objects));
        frames = context.codecs().codec(Topic.FRAMES, Frame.class);
        labels = context.codecs().codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        poses = context.codecs().codec(Topic.POSES, PoseEstimate.class);
        progress = context.codecs().codec(Topic.TRAINING_PROGRESS, TrainingProgress.class);
        events = context.codecs().codec(Topic.TRAINING_EVENTS, TrainingEvent.class);
        WATCHED.forEach(topic -> topics.put(context.topics().name(topic), topic));
        consumer = new KafkaConsumer<>(properties(context), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        topics.keySet()
                .forEach(name -> consumer.partitionsFor(name)
                        .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition()))));
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        for (TopicPartition p : partitions) {
            long position = consumer.position(p);
            if (topics.get(p.topic()) == Topic.FRAMES) {
                firstFrames.put(p.partition(), position);
            }
        }
        framesTopic = context.topics().name(Topic.FRAMES);
        teacherGroup = ConsumerGroups.teacher(context.topics().settings().prefix());
        admin = Admin.create(new HashMap<>(context.kafka().properties()));
        thread.start();
    }

    private static Map<String, Object> properties(ServiceContext context) {
        Map<String, Object> properties = new HashMap<>(context.kafka().properties());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "monitor");
        return properties;
    }

    private static Scoreboard.Accuracy accuracy(List<ObjectModel> objects) {
        Map<String, ObjectModel> byId = new HashMap<>();
        objects.forEach(o -> byId.put(o.id(), o));
        return (id, estimate, truth) -> {
            ObjectModel object = byId.get(id);
            Optional<Se3> one = PoseMapping.possible(estimate);
            Optional<Se3> other = PoseMapping.possible(truth);
            return object != null
                    && one.isPresent()
                    && other.isPresent()
                    && AddMetric.within(object, one.get(), other.get());
        };
    }

    /** Whether the teacher has labelled or skipped every frame so far. */
    boolean allLabelled() {
        try {
            Map<String, Long> lag = Lag.of(admin, teacherGroup);
            return lag.getOrDefault(framesTopic, 1L) == 0;
        } catch (ExecutionException e) {
            LOG.debug("no offsets of the teacher", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The figures now. */
    Figures figures() {
        return scoreboard.figures(nowMicros());
    }

    private void read() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    note(record);
                }
            }
        } catch (WakeupException e) {
            LOG.debug("monitor stops");
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        try {
            switch (topics.get(record.topic())) {
                case FRAMES ->
                    scoreboard.frame(
                            new FrameRef(record.partition(), record.offset()),
                            frames.decode(record.value()),
                            arrivedMicros(record),
                            nowMicros());
                case LOCAL_PREDICTIONS -> {
                    LocalPredictions label = labels.decode(record.value());
                    if (isOfThisRun(label.getFrameRef())) {
                        scoreboard.label(label);
                    }
                }
                case POSES -> {
                    PoseEstimate pose = poses.decode(record.value());
                    if (isOfThisRun(pose.getFrameRef())) {
                        scoreboard.pose(pose, arrivedMicros(record), nowMicros()); // the frame's timestamp
                    }
                }
                case STUDENT_MODELS ->
                    StudentPartKey.of(record.key()).ifPresent(key -> scoreboard.published(key.version()));
                case TRAINING_PROGRESS -> scoreboard.progress(progress.decode(record.value()));
                case TRAINING_EVENTS -> scoreboard.event(events.decode(record.value()));
                case DEAD_LETTERS -> scoreboard.deadLetter();
                case AGREEMENT, STUDENT_PREDICTIONS, TRAINING_CHECKPOINTS, TRAINING_ORDER, DIRECTIVES -> {}
            }
        } catch (UndecodableRecordException | RuntimeException e) {
            // the service that processes the record makes a dead letter of it; here it just does not count
            if (!complained) {
                complained = true;
                LOG.warn("monitor: a record of {} cannot be read: {}", record.topic(), e.getMessage());
            }
        }
    }

    /** Whether the frame came after the monitor started: work on earlier ones does not count. */
    private boolean isOfThisRun(FrameRef ref) {
        return ref.getOffset() >= firstFrames.getOrDefault(ref.getPartition(), 0L);
    }

    /** When a frame reached us; what a sender's clock says only as far as it can be true. */
    private static long arrivedMicros(ConsumerRecord<byte[], byte[]> record) {
        long now = System.currentTimeMillis();
        return 1000 * Math.max(now - LONGEST_WAY_MILLIS, Math.min(now, record.timestamp()));
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        consumer.close();
        admin.close();
    }
}
