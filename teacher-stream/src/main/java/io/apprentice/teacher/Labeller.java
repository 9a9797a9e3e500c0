package io.apprentice.teacher;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.estimate.SearchPace;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.service.Mode;
import io.apprentice.teacher.Look.Sight;
import io.apprentice.wire.LabelMapping;
import io.apprentice.wire.LostMapping;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Turns a batch of records into a label for each frame that needs one, and a rejection for each record that cannot be read
 * or processed.
 *
 * <pre>
 * batch ─▶ read: decode ─▶ look: crop, network, select, solve ─▶ conclude: confirm, label ─▶ labels
 * </pre>
 *
 * With one worker, the stages take turns on one thread. With more, they overlap: while the network looks at one batch, the
 * next ones are decoded and cropped, and the poses of the one before are confirmed. Results come in order, and do not depend
 * on the number of workers. A frame with a detection says where to look, so it waits for nothing. Any other frame is looked
 * at where its camera saw the object last, so it waits until the earlier frames of that camera are concluded.
 */
final class Labeller implements FrameLabeller {

    private static final Logger LOG = LoggerFactory.getLogger(Labeller.class);
    private static final long FINISH_SECONDS = 3;

    private final TeacherSettings settings;
    private final List<String> ids;
    private final Optional<Adaptation> adaptation;
    private final DueFrames due;
    private final TeacherMetrics metrics;
    private final Workers workers;
    private final int ahead;
    private final ExecutorService threads;
    private final Scheduler stages;
    private final Optional<Confirmations> confirmations;
    private final LastPoses lastPoses = new LastPoses(1);
    private final SearchPace pace = new SearchPace();
    /** Looks that have been admitted but not concluded, in order. */
    private final Deque<Look> inFlight = new ConcurrentLinkedDeque<>();
    /** Versions in use by looks in flight, then the newest. */
    private final Deque<TeacherVersion> versions = new ConcurrentLinkedDeque<>();

    /**
     * Takes ownership of teacher, adaptation and workers.
     *
     * @param teacher the first version
     * @param adaptation learns from confirmed poses and yields newer versions
     * @param due which frames get a label
     * @param workers help in every stage; with one only, the stages take turns
     */
    Labeller(
            TeacherSettings settings,
            List<ObjectModel> objects,
            TeacherVersion teacher,
            Optional<Adaptation> adaptation,
            DueFrames due,
            TeacherMetrics metrics,
            Workers workers) {
        this.settings = settings;
        ids = objects.stream().map(ObjectModel::id).toList();
        versions.add(teacher);
        this.adaptation = adaptation;
        this.due = due;
        this.metrics = metrics;
        this.workers = workers;
        boolean overlap = workers.threads() > 1;
        ahead = overlap ? 2 : 1;
        threads = Executors.newFixedThreadPool(overlap ? 2 * ahead + 1 : 1, work -> {
            Thread thread = new Thread(work, "teacher-device");
            thread.setDaemon(true);
            return thread;
        });
        stages = Schedulers.fromExecutorService(threads);
        confirmations =
                settings.refine() ? Optional.of(new Confirmations(objects, workers, metrics)) : Optional.empty();
    }

    /** The labels of each batch, in order. Only a few batches are in flight at a time. */
    @Override
    public Flux<Labels> label(Flux<List<Received>> batches) {
        return batches.flatMapSequential(
                        batch -> Mono.fromCallable(() -> read(batch))
                                .subscribeOn(stages)
                                .flatMapIterable(looks -> looks),
                        ahead,
                        1)
                .map(this::admit)
                .flatMapSequential(
                        look -> look.hints.then(
                                Mono.fromCallable(() -> look(look)).subscribeOn(stages)),
                        ahead,
                        1)
                .publishOn(stages, 1)
                .map(this::conclude)
                .filter(Look::isLast)
                .map(Look::labels);
    }

    private List<Look> read(List<Received> batch) {
        Labels labels = new Labels(batch);
        List<Sight> sights = new ArrayList<>();
        for (DueFrames.Reading reading : workers.map(batch, due::read)) {
            reading.frame().ifPresent(frame -> sights.add(new Sight(reading.record(), frame)));
            reading.failure().ifPresent(failure -> reject(reading.record(), DueFrames.DECODE, failure, labels));
        }
        List<Look> looks = new ArrayList<>();
        int from = 0;
        do {
            int to = Math.min(sights.size(), from + settings.batchSize());
            looks.add(new Look(labels, sights.subList(from, to), from == 0, to == sights.size()));
            from = to;
        } while (from < sights.size());
        return looks;
    }

    /** Decides which version looks, and which other look must be concluded first. */
    private Look admit(Look look) {
        if (look.isFirst()) {
            adaptation.flatMap(Adaptation::takeNewest).ifPresent(this::use);
        }
        look.teacher = versions.getLast();
        long newest = look.sights.stream()
                .mapToLong(sight -> sight.record().timestamp())
                .max()
                .orElse(0);
        look.searches = pace.isDue(newest) || settings.mode() == Mode.REPLAY;
        Set<String> cameras = look.sights.stream()
                .filter(sight -> queries(sight, look).stream()
                        .anyMatch(query -> query.region().isEmpty()))
                .map(Sight::camera)
                .collect(Collectors.toSet());
        for (Iterator<Look> before = inFlight.descendingIterator(); before.hasNext(); ) {
            Look other = before.next();
            if (other.sights.stream().map(Sight::camera).anyMatch(cameras::contains)) {
                look.hints = other.concluded();
                break;
            }
        }
        inFlight.add(look);
        return look;
    }

    private void use(TeacherVersion newer) {
        versions.add(newer);
        LOG.info(
                "Teacher '{}': version {} is in use from now on",
                newer.ref().getId(),
                newer.ref().getVersion());
    }

    private List<Query> queries(Sight sight, Look look) {
        synchronized (lastPoses) {
            return sight.frame().queries(ids, look.teacher.estimator().cropSize(), lastPoses, look.searches);
        }
    }

    private Look look(Look look) {
        look.sights = look.sights.stream()
                .filter(sight -> !due.isTooOld(sight.record()))
                .toList();
        try {
            look.estimates = estimate(look.sights, look);
        } catch (RuntimeException e) {
            LOG.debug("the frames of a batch that failed are looked at one by one", e);
        }
        return look;
    }

    /** What the network finds, per frame and object. */
    private List<List<Estimate>> estimate(List<Sight> sights, Look look) {
        if (sights.isEmpty()) {
            return List.of();
        }
        List<Query> queries =
                sights.stream().flatMap(sight -> queries(sight, look).stream()).toList();
        long start = System.nanoTime();
        metrics.batch().record(queries.size());
        List<Estimate> estimates =
                metrics.deviceTime().record(() -> look.teacher.estimator().estimate(queries));
        pace.took(
                System.nanoTime() - start,
                estimates.stream()
                        .flatMap(estimate -> estimate.searched().stream())
                        .mapToLong(Estimate.Searched::micros)
                        .sum());
        List<List<Estimate>> perFrame = new ArrayList<>();
        for (int i = 0; i < estimates.size(); i += ids.size()) {
            perFrame.add(estimates.subList(i, i + ids.size()));
        }
        return perFrame;
    }

    /** Labels all frames at once, or one by one if the network failed, so that one bad frame affects no others. */
    private Look conclude(Look look) {
        while (!versions.getFirst().equals(look.teacher)) {
            versions.removeFirst().close(); // no later look uses it
        }
        if (!labelTogether(look)) {
            look.sights.forEach(sight -> labelAlone(look, sight));
        }
        inFlight.remove(look);
        look.conclude();
        return look;
    }

    private boolean labelTogether(Look look) {
        if (look.estimates.size() < look.sights.size()) {
            return false;
        }
        try {
            labelled(look, look.sights, look.estimates).forEach(labelled -> add(look, labelled));
            return true;
        } catch (RuntimeException e) {
            LOG.debug("the frames of a batch that failed are labelled one by one", e);
            return false;
        }
    }

    private void labelAlone(Look look, Sight sight) {
        List<Labelled> alone;
        try {
            alone = labelled(look, List.of(sight), estimate(List.of(sight), look));
        } catch (RuntimeException e) {
            reject(sight.record(), DueFrames.ESTIMATE, e, look.labels());
            return;
        }
        alone.forEach(labelled -> add(look, labelled));
    }

    /** A frame's predictions, and those that it confirmed. */
    private record Labelled(Sight sight, List<ObjectPredictions> predictions, List<ObjectLabel> confirmed) {}

    private List<Labelled> labelled(Look look, List<Sight> sights, List<List<Estimate>> estimates) {
        List<Confirmations.Believed> believed = new ArrayList<>();
        for (int i = 0; i < sights.size(); i++) {
            Sight sight = sights.get(i);
            for (Estimate estimate : estimates.get(i)) {
                metrics.lost()
                        .saw(
                                sight.camera(),
                                sight.record().timestamp(),
                                sight.frame().intrinsics(),
                                look.teacher.estimator(),
                                estimate)
                        .ifPresent(text -> LOG.warn("teacher: {}", text));
                believed.add(new Confirmations.Believed(sight.frame(), ObjectLabel.of(estimate)));
            }
        }
        Optional<List<Optional<ObjectLabel>>> corrected = confirmations.map(c -> c.correct(believed));
        List<Labelled> all = new ArrayList<>();
        for (int i = 0; i < sights.size(); i++) {
            List<ObjectLabel> confirmed = new ArrayList<>();
            List<ObjectPredictions> predictions = new ArrayList<>();
            for (int j = i * ids.size(); j < (i + 1) * ids.size(); j++) {
                int at = j;
                Optional<ObjectLabel> better = corrected.flatMap(each -> each.get(at));
                ObjectLabel label = better.orElse(believed.get(j).label());
                better.ifPresent(confirmed::add);
                synchronized (lastPoses) {
                    lastPoses.update(sights.get(i).camera(), label.objectId(), label.objectToCamera(), look.searches);
                }
                ObjectPredictions prediction = LabelMapping.toRecord(label, better.isPresent());
                if (label.objectToCamera().isEmpty()) {
                    metrics.lost()
                            .lost(sights.get(i).camera(), label.objectId())
                            .map(LostMapping::toRecord)
                            .ifPresent(prediction::setLongLost);
                }
                predictions.add(prediction);
            }
            all.add(new Labelled(sights.get(i), predictions, confirmed));
        }
        return all;
    }

    private void add(Look look, Labelled labelled) {
        Sight sight = labelled.sight();
        List<ObjectLabel> confirmed = labelled.confirmed();
        Frame frame = sight.frame().source();
        Received record = sight.record();
        look.labels()
                .add(
                        record,
                        new LocalPredictions(
                                frame.getCameraId(),
                                frame.getSequence(),
                                frame.getCapturedAt(),
                                new FrameRef(record.partition(), record.offset()),
                                look.teacher.ref(),
                                labelled.predictions()));
        metrics.labelled().increment();
        if (!confirmed.isEmpty()) {
            adaptation.ifPresent(a -> a.learn(new Label(
                    new LabelReference(record.partition(), record.offset()),
                    sight.frame().image(),
                    sight.frame().intrinsics(),
                    confirmed)));
        }
    }

    private void reject(Received record, String stage, Exception reason, Labels labels) {
        metrics.failed().increment();
        labels.reject(record, stage, reason);
    }

    /** Waits a little for work in flight. A network that is still busy then is not closed. */
    @Override
    public void close() {
        adaptation.ifPresent(Adaptation::close);
        threads.shutdown();
        stages.dispose();
        try {
            if (threads.awaitTermination(FINISH_SECONDS, TimeUnit.SECONDS)) {
                versions.forEach(TeacherVersion::close);
            } else {
                LOG.warn("the network is still at work after {} s and is not closed", FINISH_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.close();
    }
}
