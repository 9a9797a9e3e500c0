package io.apprentice.trainer;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.service.Health;
import io.apprentice.streaming.service.Service;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.StudentSigner;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Sinks;

/**
 * Trains one student on the labels of {@code local-predictions} and publishes its versions to {@code student-models}.
 *
 * <p>Exactly once: weights, optimizer state, replay references, counters and the input offsets are written in one
 * transaction. After a crash anywhere, the next trainer goes on from the last such transaction and repeats the labels
 * after it, so no gradient step is done twice or left out. The weights equal those of an undisturbed run over the same labels in
 * the same order ({@code training-order}) to the last bit. One trainer per student: a second one with the same {@code student.id} ends the
 * first.
 *
 * <p>The starting student is published as version 0 before anything else. All work is done on one thread,
 * {@code trainer-ID}.
 */
public final class TrainerService implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);
    private static final List<Topic> TOPICS = List.of(
            Topic.FRAMES,
            Topic.LOCAL_PREDICTIONS,
            Topic.STUDENT_MODELS,
            Topic.TRAINING_CHECKPOINTS,
            Topic.TRAINING_ORDER,
            Topic.TRAINING_PROGRESS,
            Topic.TRAINING_EVENTS,
            Topic.DIRECTIVES,
            Topic.DEAD_LETTERS);

    private static final int RETRY_SECONDS = 2;

    private final ServiceContext context;
    private final StudentSettings settings;
    private final List<ObjectModel> objects;
    private final NetworkWeights start;
    private final StudentSigner signer;
    private final Clock clock;
    private final Thread thread;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Sinks.Empty<Void> stop = Sinks.empty();
    private final CompletableFuture<Void> termination = new CompletableFuture<>();
    private volatile @Nullable Orders orders;
    private volatile Health health = new Health(true, false, "not started");

    /**
     * Prepares; nothing runs before {@link #start()}.
     *
     * @param objects models of all objects that {@code start} knows
     * @param start the student that training begins with, if there is no checkpoint of {@code settings.id()}
     * @param signer signs the versions
     */
    public TrainerService(
            ServiceContext context,
            StudentSettings settings,
            List<ObjectModel> objects,
            NetworkWeights start,
            StudentSigner signer) {
        this(context, settings, objects, start, signer, Clock.systemUTC());
    }

    TrainerService(
            ServiceContext context,
            StudentSettings settings,
            List<ObjectModel> objects,
            NetworkWeights start,
            StudentSigner signer,
            Clock clock) {
        this.context = context;
        this.settings = settings;
        this.objects = List.copyOf(objects);
        this.start = start;
        this.signer = signer;
        this.clock = clock;
        thread = new Thread(this::work, name());
        thread.setDaemon(true);
    }

    @Override
    public String name() {
        return "trainer-" + settings.id();
    }

    @Override
    public void start() {
        thread.start();
    }

    private void work() {
        try {
            TopicAdmin.ensure(context.kafka(), context.topics().settings(), TOPICS);
            context.codecs().register(Topic.LOCAL_PREDICTIONS, LocalPredictions.getClassSchema());
            TrainerMetrics metrics = new TrainerMetrics(context.metrics(), settings.id());
            try (Orders of = new Orders(context, settings.id())) {
                of.follow(context);
                orders = of;
                while (!stopping.get()) {
                    live(metrics, of);
                }
            }
            end(null);
        } catch (InterruptedException e) {
            end(stopping.get() ? null : e);
        } catch (Throwable e) {
            LOG.error("{} stops: {}", name(), e.getMessage(), e);
            end(e);
        }
    }

    private void end(Throwable failure) {
        if (failure == null) {
            health = new Health(true, false, "stopped");
            termination.complete(null);
        } else {
            health = new Health(false, false, String.valueOf(failure.getMessage()));
            termination.completeExceptionally(failure);
        }
    }

    /** One life; a failure that another one may cure is logged, followed by a pause. */
    private void live(TrainerMetrics metrics, Orders of) throws InterruptedException {
        health = new Health(true, false, "looking for the last checkpoint");
        try (TrainerRun run =
                new TrainerRun(context, settings, objects, start, signer, metrics, clock, of, stop.asMono())) {
            health = new Health(true, true, "training");
            run.run();
        } catch (LostPlaceException e) {
            LOG.warn("{} goes back to its last checkpoint: {}", name(), e.getMessage());
        } catch (ProducerFencedException e) {
            throw new IllegalStateException(
                    "another trainer took over student '%s'; give each its own student.id".formatted(settings.id()), e);
        } catch (AuthorizationException | AuthenticationException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("{} tries again from its last checkpoint in {} s: {}", name(), RETRY_SECONDS, e.toString());
            health = new Health(true, false, "waiting after: " + e.getMessage());
            stopped.await(RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public Health health() {
        Health now = health;
        Orders of = orders;
        return of == null || !now.ready()
                ? now
                : of.pausedBy()
                        .map(by -> new Health(true, true, "paused by " + by))
                        .orElse(now);
    }

    @Override
    public CompletableFuture<Void> termination() {
        return termination;
    }

    /** Finishes the label in hand, commits, and ends; waits for that up to 10 s. */
    @Override
    public void close() {
        stopping.set(true);
        stopped.countDown();
        stop.tryEmitEmpty();
        Orders of = orders;
        if (of != null) {
            of.stopWaiting();
        }
        if (!health.ready()) {
            thread.interrupt(); // it waits for a topic or a checkpoint, and nothing is in flight
        }
        if (!thread.isAlive()) {
            termination.complete(null);
            return;
        }
        try {
            termination.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn("{} did not end within 10 s", name());
        } catch (ExecutionException e) {
            LOG.debug("{} had ended before", name(), e);
        }
    }
}
