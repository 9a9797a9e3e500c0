package io.apprentice.trainer;

import io.apprentice.learning.guard.Review;
import io.apprentice.learning.online.Finding;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.ConsumerGroups;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.DeadLetters;
import io.apprentice.streaming.kafka.ExactlyOnceReceiver;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.wire.StudentSigner;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * One life of a fold: from the last checkpoint until it is stopped or loses its place in the log.
 *
 * <p>Between two commits the state lives in memory. A commit writes it, the input offsets and, if one is due, a version
 * in one transaction. So the last checkpoint always belongs to the offsets.
 */
final class TrainerRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerRun.class);
    private static final String STAGE = "student-trainer";
    private static final int PREFETCH = 32;
    /** Labels after which the place is committed even if no version is due. */
    private static final int MOST_PENDING = 1000;

    private static final int MOST_DEAD_LETTERS = 100;

    private final StudentSettings settings;
    private final TrainerMetrics metrics;
    private final Clock clock;
    private final DeadLetters deadLetters;
    private final Iterator<Optional<Received>> received;
    private final LabelSource labels;
    private final StudentRecords records;
    private final ExactlyOnceReceiver receiver;
    private final StudentFold fold;
    private final Orders orders;
    private final List<Received> pending = new ArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> undeliverable = new ArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> decided = new ArrayList<>();
    private final Set<SkipReason> logged = EnumSet.noneOf(SkipReason.class);
    private long progressAt;
    private long waiting;
    private long reported;
    private volatile boolean stopping;

    /**
     * Takes the student over, from its last checkpoint or with version 0.
     *
     * @param orders what people ask for
     * @param stop ends {@link #run()} when it emits or completes
     */
    TrainerRun(
            ServiceContext context,
            StudentSettings settings,
            List<ObjectModel> objects,
            NetworkWeights start,
            StudentSigner signer,
            TrainerMetrics metrics,
            Clock clock,
            Orders orders,
            Publisher<?> stop) {
        this.settings = settings;
        this.orders = orders;
        this.metrics = metrics;
        this.clock = clock;
        deadLetters = new DeadLetters(context.topics(), context.metrics());
        labels = new LabelSource(context);
        records = new StudentRecords(context, settings.id(), signer, clock);
        String name = ConsumerGroups.trainer(context.topics().settings().prefix(), settings.id());
        receiver = new ExactlyOnceReceiver(
                context.kafka(), name, name, List.of(context.topics().name(Topic.LOCAL_PREDICTIONS)));
        fold = new StudentFold(start, objects, settings);
        try (RecordReader reader = new RecordReader(context.kafka())) {
            // a tick now and then, so that progress is reported even when no further label comes
            Flux<Optional<Received>> ticks =
                    Flux.interval(settings.progressEvery()).onBackpressureDrop().map(tick -> Optional.empty());
            received = Flux.merge(receiver.receive().map(Optional::of), ticks)
                    .takeUntilOther(stop)
                    .doOnComplete(() -> stopping = true)
                    .toIterable(PREFETCH)
                    .iterator();
            // once this succeeds, an older trainer of the same student is fenced, so the checkpoint read below is the
            // last
            receiver.commit(List.of(), List.of()).block();
            begin(new Checkpoints(context, reader, settings.id()));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void begin(Checkpoints checkpoints) {
        Optional<byte[]> state = checkpoints.newest();
        if (state.isPresent()) {
            fold.restore(state.get(), reference -> labels.again(reference).map(TaughtLabel::label));
            LOG.info(
                    "student '{}' goes on from its checkpoint: version {}, {} labels, {} steps",
                    settings.id(),
                    fold.version(),
                    fold.labels(),
                    fold.steps());
            List<String> cameras = fold.letGo();
            if (!cameras.isEmpty()) {
                commit(cameras.stream().map(records::noDirective).toList());
            }
        } else if (checkpoints.hasVersions()) {
            throw new IllegalStateException(
                    "student '%s' has versions in student-models, but no checkpoint to go on from; set another student.id to start anew"
                            .formatted(settings.id()));
        } else {
            publish(Map.of(), Optional.empty());
        }
    }

    /**
     * Folds labels in until it is stopped; then commits what was folded in.
     *
     * @throws ProducerFencedException if another trainer of the student has taken over
     * @throws KafkaException for other faults, while no other trainer has taken over
     */
    void run() throws InterruptedException {
        progressAt = clock.millis();
        try {
            fold();
        } catch (KafkaException e) {
            requireOurs();
            throw e;
        }
    }

    private void fold() throws InterruptedException {
        while (received.hasNext() && !stopping) {
            Optional<Received> next = received.next();
            if (next.isPresent() && !mayWork()) {
                break; // stopped while it rested; the label comes again next time, as do those read ahead
            }
            next.ifPresentOrElse(this::take, this::reportProgress);
        }
        if (!pending.isEmpty()) {
            commit(List.of());
        }
    }

    /** Rests as long as somebody wants that, with its place committed; false if it is to end meanwhile. */
    private boolean mayWork() throws InterruptedException {
        Optional<String> paused = orders.pausedBy();
        if (paused.isEmpty()) {
            return true;
        }
        if (!pending.isEmpty()) {
            commit(List.of());
        }
        LOG.info(
                "student '{}': the training rests after {} labels, as {} asked",
                settings.id(),
                fold.labels(),
                paused.get());
        boolean goesOn = orders.awaitWork();
        LOG.info("student '{}': the training {}", settings.id(), goesOn ? "goes on" : "ends");
        return goesOn;
    }

    /** Fails if another trainer took over, whom a further life of this one would end. */
    private void requireOurs() {
        receiver.commit(List.of(), List.of(records.progress(fold, Map.of(), waiting)))
                .block();
    }

    private void take(Received record) {
        LabelReference reference = LabelSource.reference(record);
        if (!fold.isNew(reference)) {
            requireOurs();
            throw new LostPlaceException("label %s came again after a later one".formatted(reference));
        }
        pending.add(record);
        waiting = labels.waiting(fold.offsets());
        metrics.lag(waiting);
        if (settings.mode() == Mode.LIVE && waiting > settings.maxLag()) {
            skip(reference, SkipReason.SHED, "more than " + settings.maxLag() + " wait");
        } else {
            learn(record, reference);
        }
        Optional<Review> review = fold.decide();
        if (review.isPresent()) {
            act(review.get());
        } else if (!decided.isEmpty() || pending.size() >= MOST_PENDING || undeliverable.size() >= MOST_DEAD_LETTERS) {
            commit(List.of());
        } else if (clock.millis() - progressAt >= settings.progressEvery().toMillis()) {
            reportProgress();
        }
    }

    /** Publishes the progress, unless it is the same as the last time. */
    private void reportProgress() {
        if (reported != fold.labels() + fold.skipped()) {
            receiver.commit(List.of(), List.of(progress())).block();
        }
    }

    private void learn(Received record, LabelReference reference) {
        try {
            Optional<TaughtLabel> label = labels.label(record);
            if (label.isEmpty()) {
                skip(reference, SkipReason.FRAME_GONE, "its frame is no longer in the topic");
                return;
            }
            long before = fold.steps();
            List<Finding> findings = fold.fold(label.get());
            findings.forEach(this::report);
            metrics.labels.increment();
            metrics.steps.increment((double) (fold.steps() - before));
        } catch (UndecodableRecordException | IOException e) {
            undeliverable.add(deadLetters.of(record, STAGE, e));
            skip(reference, SkipReason.UNREADABLE, e.getMessage());
        }
    }

    private void report(Finding finding) {
        decided.addAll(records.finding(fold, finding));
        LOG.info("student '{}', camera '{}': {}", settings.id(), finding.camera(), finding.reason());
    }

    /** Each reason is logged once; the counter covers the rest. */
    private void skip(LabelReference reference, SkipReason reason, String detail) {
        fold.skip(reference);
        metrics.skipped(reason).increment();
        if (logged.add(reason)) {
            LOG.warn(
                    "student '{}' skips label {} ({}); further ones like it are only counted",
                    settings.id(),
                    reference,
                    detail);
        }
    }

    private void act(Review review) {
        switch (review.verdict()) {
            case PROMOTED -> publish(fold.takeVersionLosses(), Optional.of(review));
            case ROLLED_BACK -> publish(Map.of(), Optional.of(review));
            case WITHHELD -> {
                commit(List.of(records.event(fold, review)));
                metrics.withheld.increment();
                LOG.info(
                        "student '{}' keeps version {} after {} steps: {}",
                        settings.id(),
                        fold.version(),
                        fold.steps(),
                        review.reason());
            }
        }
    }

    /** @param review what let the version come into use; empty for the start */
    private void publish(Map<String, Double> losses, Optional<Review> review) {
        long version = fold.nextVersion();
        List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>(records.version(fold, losses));
        fold.published(outputs.size(), settings.keepVersions(), orders.pinned())
                .forEach((old, parts) -> outputs.addAll(records.tombstones(old, parts)));
        review.ifPresent(r -> outputs.add(records.event(fold, r)));
        commit(outputs);
        fold.restored().ifPresent(restored -> {
            metrics.rollbacks.increment();
            LOG.warn(
                    "student '{}' rolls back: version {} is version {} again; {}",
                    settings.id(),
                    version,
                    restored,
                    review.map(Review::reason).orElse(""));
        });
        metrics.versions.increment();
        LOG.info(
                "student '{}' version {}: {} labels, {} steps, losses {}",
                settings.id(),
                version,
                fold.labels(),
                fold.steps(),
                losses);
    }

    /**
     * One transaction: {@code outputs}, dead letters, checkpoint, the order of the fold, progress and the offsets of all labels since the last
     * one.
     */
    private void commit(List<ProducerRecord<byte[], byte[]>> outputs) {
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(outputs);
        all.addAll(decided);
        all.addAll(undeliverable);
        all.addAll(records.checkpoint(fold));
        all.add(records.order(fold));
        all.add(progress());
        receiver.commit(List.copyOf(pending), all).block();
        fold.order().clear();
        pending.clear();
        decided.clear();
        undeliverable.clear();
    }

    private ProducerRecord<byte[], byte[]> progress() {
        progressAt = clock.millis();
        reported = fold.labels() + fold.skipped();
        Map<String, Double> losses = fold.takeProgressLosses();
        metrics.losses(losses);
        waiting = labels.waiting(fold.offsets());
        return records.progress(fold, losses, waiting);
    }

    @Override
    public void close() {
        receiver.close();
        labels.close();
        fold.close();
    }
}
