package io.apprentice.teacher;

import io.apprentice.learning.guard.Review;
import io.apprentice.learning.online.GuardedTraining;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.TeacherRef;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link GuardedTraining} beside the labelling, on a thread of its own. It skips labels that arrive while its queue is
 * full, so labelling never waits. Which labels those are depends on timing, so two runs produce different versions; every
 * label names the version that made it. If training fails, labelling continues with the current version. Thread-safe.
 */
final class Adaptation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Adaptation.class);
    private static final long LOOK_UP_MILLIS = 100;
    private static final long FINISH_MILLIS = 3000;

    private final AdaptSettings settings;
    private final String id;
    private final NetworkWeights start;
    private final List<ObjectModel> objects;
    private final Function<NetworkWeights, PoseEstimator> estimators;
    private final Precision precision = TorchRuntime.fastestPrecision();
    private final BlockingQueue<Label> waiting;
    private final AtomicReference<TeacherVersion> newest = new AtomicReference<>();
    private final Counter learnt;
    private final Counter passedOver;
    private final Counter versions;
    private final Counter withheld;
    private final Thread thread = new Thread(this::run, "teacher-adapt");
    private volatile boolean closing;

    /**
     * Starts at once.
     *
     * @param id name of the teacher
     * @param start its version 0
     * @param objects models of all objects that the network knows
     * @param estimators compiles a version
     */
    Adaptation(
            AdaptSettings settings,
            String id,
            NetworkWeights start,
            List<ObjectModel> objects,
            Function<NetworkWeights, PoseEstimator> estimators,
            MeterRegistry registry) {
        this.settings = settings;
        this.id = id;
        this.start = start;
        this.objects = List.copyOf(objects);
        this.estimators = estimators;
        waiting = new ArrayBlockingQueue<>(settings.queue());
        learnt = counter(registry, "learnt", "Confirmed labels that the teacher learnt from");
        passedOver = counter(registry, "passed-over", "Confirmed labels not learnt from, to keep up");
        versions = counter(registry, "versions", "Versions of the teacher that came into use");
        withheld = counter(registry, "withheld", "Versions of the teacher that the guard withheld");
        thread.setDaemon(true);
        thread.start();
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("apprentice.teacher.adapt." + name)
                .description(description)
                .register(registry);
    }

    /**
     * Adds a label to the queue, or skips it if the queue is full. Does not wait.
     *
     * @param label holds confirmed poses only
     */
    void learn(Label label) {
        if (!waiting.offer(label)) {
            passedOver.increment();
        }
    }

    /** The version to use from now on, if there is a new one since the last call. The caller owns it. */
    Optional<TeacherVersion> takeNewest() {
        return Optional.ofNullable(newest.getAndSet(null));
    }

    private void run() {
        try (GuardedTraining training = new GuardedTraining(start, objects, settings.guarded(), precision)) {
            long version = 0;
            while (!closing) {
                Label label = waiting.poll(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS);
                if (label == null) {
                    continue;
                }
                training.add(label, 1);
                learnt.increment();
                Optional<Review> review = training.decide();
                if (review.isPresent() && isNew(review.get(), training.steps())) {
                    use(++version, training.weights());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; the labelling does not depend on this thread
        } catch (RuntimeException e) {
            LOG.error("Teacher '{}' learns no more, and labels on with the version it has: {}", id, e.getMessage(), e);
        }
    }

    private boolean isNew(Review review, long steps) {
        boolean changes = review.verdict() != Review.Verdict.WITHHELD;
        (changes ? versions : withheld).increment();
        LOG.info("Teacher '{}' after {} steps: {}, {}", id, steps, review.verdict(), review.reason());
        return changes;
    }

    private void use(long version, NetworkWeights weights) {
        TeacherVersion next =
                new TeacherVersion(new TeacherRef(id, version, weights.sha256()), estimators.apply(weights));
        takeNewest().ifPresent(TeacherVersion::close); // nobody has come to use it
        newest.set(next);
        if (settings.save().toString().isEmpty()) {
            return;
        }
        try {
            weights.write(settings.save());
        } catch (IOException e) {
            LOG.warn("Version {} of teacher '{}' is in use, but not saved: {}", version, id, e.toString());
        }
    }

    /** Stops after the label that it is working on. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(FINISH_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        takeNewest().ifPresent(TeacherVersion::close);
    }
}
