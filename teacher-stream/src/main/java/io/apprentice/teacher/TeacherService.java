package io.apprentice.teacher;

import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.teacher.PoseTeacher;
import io.apprentice.schemas.ConsumerGroups;
import io.apprentice.schemas.Directive;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.ExactlyOnceReceiver;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.Trace;
import io.apprentice.streaming.service.Health;
import io.apprentice.streaming.service.Service;
import io.apprentice.streaming.service.ServiceContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Runs the teacher: a label for every n-th frame of each camera, exactly once for {@code read_committed} readers. Directives
 * give n, or else the settings.
 *
 * <pre>
 * frames ─▶ gathered by number and time ─▶ labelled ─▶ one transaction: labels, dead letters, input offsets
 * </pre>
 *
 * While one batch is committed, the next ones are labelled, and records for the one after those are gathered. Frames without
 * a label move the offsets too, so a restart continues where the last transaction ended.
 */
public final class TeacherService implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(TeacherService.class);
    private static final List<Topic> NEEDED =
            List.of(Topic.FRAMES, Topic.LOCAL_PREDICTIONS, Topic.DIRECTIVES, Topic.DEAD_LETTERS);
    private static final long FINISH_SECONDS = 6;

    private final ServiceContext context;
    private final TeacherSettings settings;
    private final TeacherMetrics metrics;
    private final Labelling labelling;
    private final AvroCodec<LocalPredictions> predictions;
    private final DeadLetters deadLetters;
    private final Sinks.Empty<Void> stop = Sinks.empty();
    private final CompletableFuture<Void> termination = new CompletableFuture<>();
    private final Thread runner = new Thread(this::run, "teacher");
    private volatile String state = "waiting for its topics";
    private volatile boolean closing;

    /** Makes what labels the frames; may take seconds. */
    interface Labelling {
        FrameLabeller start(DueFrames due, TeacherMetrics metrics);
    }

    /**
     * Nothing happens before {@link #start()}.
     *
     * @param objects what to look for in every frame, each known to the network
     * @throws IllegalArgumentException if the network does not know one of the objects
     */
    public TeacherService(
            ServiceContext context, TeacherSettings settings, List<ObjectModel> objects, NetworkWeights weights) {
        this(context, settings, objects, weights, w -> new WdrNet(w, TorchRuntime.fastestPrecision()));
    }

    /**
     * The same with another kind of network, to measure what surrounds it.
     *
     * @param networks makes a network from weights
     */
    public TeacherService(
            ServiceContext context,
            TeacherSettings settings,
            List<ObjectModel> objects,
            NetworkWeights weights,
            Function<NetworkWeights, CropNetwork> networks) {
        this(context, settings, NetworkLabelling.of(context.metrics(), settings, objects, weights, networks));
    }

    /**
     * A service whose labels are the poses of a teacher that is not a network.
     *
     * @param objects what to look for in every frame
     * @param teacher asked by one thread; closed at the end
     */
    public TeacherService(
            ServiceContext context, TeacherSettings settings, List<ObjectModel> objects, PoseTeacher teacher) {
        this(context, settings, (due, metrics) -> new PoseLabeller(teacher, objects, due, metrics, settings));
    }

    private TeacherService(ServiceContext context, TeacherSettings settings, Labelling labelling) {
        this.context = context;
        this.settings = settings;
        this.labelling = labelling;
        metrics = new TeacherMetrics(context.metrics());
        predictions = context.codecs().codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        deadLetters = new DeadLetters(context.topics(), context.metrics());
        runner.setDaemon(true);
    }

    @Override
    public String name() {
        return "teacher";
    }

    @Override
    public void start() {
        runner.start();
    }

    private void run() {
        try {
            TopicAdmin.ensure(context.kafka(), context.topics().settings(), NEEDED);
            state = "getting ready";
            try (Strides strides = strides();
                    FrameLabeller labeller = labelling.start(due(strides), metrics);
                    ExactlyOnceReceiver receiver = receiver()) {
                state = "";
                metrics.lag(receiver::lag);
                receiver.receive()
                        .takeUntilOther(stop.asMono())
                        .bufferTimeout(settings.recordsPerBatch(), settings.batchWait(), true)
                        .transform(labeller::label)
                        .concatMap(labels -> commit(receiver, labels), 1)
                        .blockLast();
            }
            termination.complete(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed while waiting
            termination.complete(null);
        } catch (RuntimeException | Error e) {
            if (closing && Thread.currentThread().isInterrupted()) {
                termination.complete(null);
                return;
            }
            LOG.error("The teacher stops: {}", e.getMessage(), e);
            termination.completeExceptionally(e);
        }
    }

    private Strides strides() {
        Strides strides = new Strides(settings.stride(), context.codecs().codec(Topic.DIRECTIVES, Directive.class));
        strides.follow(context);
        return strides;
    }

    private DueFrames due(Strides strides) {
        AvroCodec<Frame> frames = context.codecs().codec(Topic.FRAMES, Frame.class);
        return new DueFrames(settings, frames, strides::of, metrics, InstantSource.system());
    }

    private ExactlyOnceReceiver receiver() {
        String group = ConsumerGroups.teacher(context.topics().settings().prefix());
        return new ExactlyOnceReceiver(
                context.kafka(),
                group,
                group + "-" + settings.instance(),
                List.of(context.topics().name(Topic.FRAMES)));
    }

    private Mono<Void> commit(ExactlyOnceReceiver receiver, Labels labels) {
        List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();
        for (Labels.Label label : labels.labelled()) {
            outputs.add(new ProducerRecord<>(
                    context.topics().name(Topic.LOCAL_PREDICTIONS),
                    label.frame().partition(), // whatever partitioner the camera's client has
                    label.predictions().getCameraId().getBytes(StandardCharsets.UTF_8),
                    predictions.encode(label.predictions()),
                    Trace.goOn(
                            label.frame().headers(),
                            "label",
                            Instant.ofEpochMilli(label.frame().timestamp()))));
        }
        for (Labels.Rejection rejection : labels.rejected()) {
            outputs.add(deadLetters.of(rejection.record(), rejection.stage(), rejection.reason()));
        }
        return receiver.commit(labels.batch(), outputs);
    }

    @Override
    public Health health() {
        if (termination.isDone()) {
            return new Health(false, false, "stopped");
        }
        return new Health(true, state.isEmpty(), state.isEmpty() ? "labelling" : state);
    }

    @Override
    public Map<String, String> notes() {
        return metrics.lost().notes();
    }

    @Override
    public CompletableFuture<Void> termination() {
        return termination;
    }

    /** Labels and commits what has been gathered, then stops. The next teacher labels what did not finish in time. */
    @Override
    public void close() {
        closing = true;
        stop.tryEmitEmpty();
        if (!state.isEmpty()) {
            runner.interrupt();
        }
        try {
            runner.join(FINISH_SECONDS * 1000);
            if (runner.isAlive()) {
                LOG.warn("still labelling after {} s; what is left is not committed", FINISH_SECONDS);
                runner.interrupt();
                runner.join(2000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
