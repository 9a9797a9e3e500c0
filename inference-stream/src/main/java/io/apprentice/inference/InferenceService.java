package io.apprentice.inference;

import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.network.onnx.FastestNetwork;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.Agreement;
import io.apprentice.schemas.ConsumerGroups;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.StudentModel;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.kafka.ConsumerLag;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Health;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.Service;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.StudentVerifier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the inference: one {@link PoseEstimate} per frame and configured object, exactly once for {@code read_committed}
 * readers.
 *
 * <p>The topology starts paused and is resumed when the first student is in use: until then no frame is consumed and
 * none is lost. Later students are built in the background and swapped in between two frames.
 */
public final class InferenceService implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(InferenceService.class);
    private static final List<Topic> NEEDED = List.of(
            Topic.FRAMES,
            Topic.STUDENT_MODELS,
            Topic.LOCAL_PREDICTIONS,
            Topic.POSES,
            Topic.AGREEMENT,
            Topic.STUDENT_PREDICTIONS,
            Topic.DIRECTIVES,
            Topic.DEAD_LETTERS);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    /** The next instance gets the partitions at once, not after the session has timed out. */
    private static final CloseOptions LEAVE = CloseOptions.groupMembershipOperation(
                    GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_WITHIN);

    private final ServiceContext context;
    private final InferenceSettings settings;
    private final StudentSlot students = new StudentSlot();
    private final InferenceMetrics metrics;
    private final Workers workers;
    private final StudentLoader loader;
    private final StudentChoice choice;
    private final Topology topology;
    private final CompletableFuture<Void> termination = new CompletableFuture<>();
    private final Thread starter = new Thread(this::run, "inference-start");
    private volatile KafkaStreams streams;
    private volatile Optional<Presence> presence = Optional.empty();
    private volatile Optional<Peers> peers = Optional.empty();
    private volatile String waitingFor = "its topics";
    private volatile boolean closing;

    /**
     * Nothing happens before {@link #start()}.
     *
     * @param objects the objects whose poses are estimated; a student must know exactly these
     * @param verifier which students are taken
     */
    public InferenceService(
            ServiceContext context, InferenceSettings settings, List<ObjectModel> objects, StudentVerifier verifier) {
        this.context = context;
        this.settings = settings;
        metrics = new InferenceMetrics(context.metrics(), students);
        workers = Workers.of(Math.min(objects.size(), Runtime.getRuntime().availableProcessors()), "inference-crops");
        StudentFactory factory = new StudentFactory(objects, networks(settings.mode()), workers);
        loader = new StudentLoader(factory, students, metrics.refused(), this::resume);
        choice = new StudentChoice(context, verifier, loader::load);
        List<String> ids = objects.stream().map(ObjectModel::id).toList();
        AvroCodec<Frame> frames = context.codecs().codec(Topic.FRAMES, Frame.class);
        AvroCodec<PoseEstimate> poses = context.codecs().codec(Topic.POSES, PoseEstimate.class);
        AvroCodec<StudentModel> models = context.codecs().codec(Topic.STUDENT_MODELS, StudentModel.class);
        AvroCodec<LocalPredictions> labels = context.codecs().codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        AvroCodec<Directive> directives = context.codecs().codec(Topic.DIRECTIVES, Directive.class);
        Distances distances = new Distances(objects);
        DeadLetters deadLetters = new DeadLetters(context.topics(), context.metrics());
        topology = InferenceTopology.build(
                context.topics(),
                new InferenceTopology.Encoders(
                        poses::encode,
                        context.codecs().codec(Topic.AGREEMENT, Agreement.class)::encode,
                        context.codecs().codec(Topic.STUDENT_PREDICTIONS, StudentPredictions.class)::encode),
                () -> new PoseProcessor(settings, ids, frames, deadLetters, students, metrics, InstantSource.system()),
                () -> new AgreementProcessor(distances, labels, metrics),
                () -> new StudentCollector(settings.student(), models, verifier, choice::offer, metrics.refused()),
                () -> new DirectiveCheck(directives, deadLetters));
        starter.setDaemon(true);
    }

    /** In replay mode always the same, so that results repeat; live, whatever is fastest here. */
    private static Function<NetworkWeights, CropNetwork> networks(Mode mode) {
        return mode == Mode.REPLAY
                ? weights -> new WdrNet(weights, TorchRuntime.fastestPrecision())
                : FastestNetwork::of;
    }

    @Override
    public String name() {
        return "inference";
    }

    @Override
    public void start() {
        starter.start();
    }

    private void run() {
        try {
            TopicAdmin.ensure(context.kafka(), context.topics().settings(), NEEDED);
            choice.follow();
            waitingFor = "a first student in " + context.topics().name(Topic.STUDENT_MODELS);
            LOG.info("Waiting for {}", waitingFor);
            String group = ConsumerGroups.inference(context.topics().settings().prefix());
            Presence here = new Presence(settings.host());
            presence = Optional.of(here);
            KafkaStreams created = new KafkaStreams(topology, properties(group, here.instance()));
            created.setUncaughtExceptionHandler(new StreamFaults(termination));
            created.setStateListener((now, before) -> {
                if (now == KafkaStreams.State.ERROR) {
                    termination.completeExceptionally(new IllegalStateException("the stream stopped; see the log"));
                }
            });
            metrics.lag(() -> ConsumerLag.of(created.metrics(), context.topics().name(Topic.FRAMES)));
            created.pause();
            streams = created;
            if (students.isFilled()) {
                resume();
            }
            created.start();
            peers = Optional.of(new Peers(context.kafka(), group, here.instance()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed while waiting
        } catch (RuntimeException e) {
            if (!closing) {
                LOG.error("The inference cannot start: {}", e.getMessage(), e);
                termination.completeExceptionally(e);
            }
        }
    }

    /** Called after each swap; the first one lets the frames through. */
    private void resume() {
        waitingFor = null;
        KafkaStreams running = streams;
        if (running != null) {
            running.resume();
        }
    }

    private Properties properties(String group, String instance) {
        Properties properties = new Properties();
        // frames are large: few of them wait in memory, and one may be as large as the broker takes
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 32);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 32);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), Topics.LARGEST_RECORD);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topics.LARGEST_DEAD_LETTER);
        // a frame never waits for a label
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // an instance whose machine is gone is noticed after 10 s, not after 45; a killed one at once, by its peers
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 300);
        // new partitions wait for the answer to the question about the old ones
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 100);
        properties.putAll(context.kafka().properties());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        return properties;
    }

    @Override
    public Health health() {
        KafkaStreams running = streams;
        if (termination.isDone()) {
            return new Health(false, false, "stopped");
        }
        if (!students.isFilled() || running == null) {
            return new Health(true, false, "waiting for " + waitingFor);
        }
        boolean ready = running.state() == KafkaStreams.State.RUNNING;
        return new Health(
                true,
                ready,
                "student version %d, stream %s, cameras of %d partitions, other instances watched: %d"
                        .formatted(
                                students.version(),
                                running.state(),
                                partitions(running),
                                peers.map(Peers::watched).orElse(0L)));
    }

    /** How many partitions of frames are answered here; with none, this instance stands by. */
    private long partitions(KafkaStreams running) {
        String frames = context.topics().name(Topic.FRAMES);
        return running.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .flatMap(task -> task.topicPartitions().stream())
                .filter(partition -> partition.topic().equals(frames))
                .count();
    }

    @Override
    public Map<String, String> notes() {
        return metrics.lost().notes();
    }

    @Override
    public CompletableFuture<Void> termination() {
        return termination;
    }

    /** Finishes the current frame and commits; the next instance answers what does not end in time. */
    @Override
    public void close() {
        closing = true;
        starter.interrupt();
        try {
            starter.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        peers.ifPresent(Peers::close);
        KafkaStreams running = streams;
        if (running != null && !running.close(LEAVE)) {
            LOG.warn("the stream did not stop within {}", CLOSE_WITHIN);
        }
        presence.ifPresent(Presence::close);
        choice.close();
        loader.close();
        students.close();
        workers.close();
        termination.complete(null);
    }
}
