package io.apprentice.console.gateway;

import io.apprentice.console.http.Refusal;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Poses for all readers: one consumer, {@code read_committed}, fills the log; who asks for more of the past reads the
 * topic by a consumer of its own until it has caught up. When the broker comes back, reading goes on where it stopped.
 */
final class PoseFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PoseFeed.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration BEAT = Duration.ofSeconds(10);
    /** Records of each partition before now with which the log begins. */
    private static final long RECENT = 100;

    private static final int AT_ONCE = 16;

    private final String topic;
    private final AvroCodec<PoseEstimate> codec;
    private final RecordReader reader;
    private final int replays;
    private final Semaphore free;
    private final Set<PoseReader> awake = ConcurrentHashMap.newKeySet();
    private final Disposable.Composite reading = Disposables.composite();
    private volatile @Nullable PoseLog log;

    PoseFeed(ServiceContext context, int replays) {
        topic = context.topics().name(Topic.POSES);
        codec = context.codecs().codec(Topic.POSES, PoseEstimate.class);
        reader = new RecordReader(context.kafka());
        this.replays = replays;
        free = new Semaphore(replays);
    }

    /** The topic must exist. */
    void start() {
        reading.add(Flux.defer(() -> reader.tail(topic, begun().place().next()))
                .subscribeOn(Schedulers.boundedElastic())
                .doOnError(e -> LOG.warn("{} cannot be read for a moment: {}", topic, e.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RETRY))
                .subscribe(this::take));
        reading.add(Flux.interval(BEAT).onBackpressureDrop().subscribe(beat -> awake.forEach(PoseReader::beat)));
    }

    private PoseLog begun() {
        PoseLog begun = log;
        if (begun == null) {
            Map<Integer, Long> recent = new HashMap<>();
            ends().forEach((partition, end) -> recent.put(partition, Math.max(0, end - RECENT)));
            begun = new PoseLog(Place.of(recent));
            log = begun;
        }
        return begun;
    }

    private void take(Received record) {
        PoseLog to = log();
        if (to.place().isBefore(record.partition(), record.offset())) {
            event(record, to.place()).ifPresent(event -> {
                to.add(event);
                awake.forEach(PoseReader::wake);
            });
        }
    }

    /** Empty if it cannot be read or is too large; the console counts such records. */
    Optional<PoseEvent> event(Received record, Place before) {
        try {
            PoseEstimate pose = codec.decode(record.value());
            if (record.value().length > PoseGateway.LARGEST_POSE) {
                return Optional.empty();
            }
            return Optional.of(new PoseEvent(
                    record.partition(),
                    record.offset(),
                    pose.getCameraId(),
                    pose.getObjectId(),
                    before.after(record.partition(), record.offset()),
                    PoseJson.of(pose, record.timestamp(), System.currentTimeMillis())
                            .toString()));
        } catch (UndecodableRecordException e) {
            return Optional.empty();
        }
    }

    /** @throws Refusal if nothing has been read yet */
    PoseLog log() {
        PoseLog begun = log;
        if (begun == null) {
            throw new Refusal(HttpResponseStatus.SERVICE_UNAVAILABLE, "the topic of the poses is not read yet");
        }
        return begun;
    }

    private Map<Integer, Long> ends() {
        synchronized (reader) {
            return reader.endOffsets(topic);
        }
    }

    /**
     * The place of the first pose whose frame arrived at a time or later, in each partition. Blocking.
     *
     * @param millis since 1970
     */
    Place at(long millis) {
        synchronized (reader) {
            Map<Integer, Long> places = reader.endOffsets(topic);
            places.putAll(reader.offsetsAt(topic, millis));
            return Place.of(places);
        }
    }

    /**
     * A place that the topic has. Blocking.
     *
     * @throws Refusal if the topic does not reach that far
     */
    Place checked(Place place) {
        Place end = log().place();
        if (!end.furthest(place.next()).equals(end)) {
            end = Place.of(ends());
        }
        if (!end.furthest(place.next()).equals(end)) {
            throw new Refusal(
                    HttpResponseStatus.NOT_FOUND,
                    "place %s: expected one of this topic, which ends at %s".formatted(place, end));
        }
        return place;
    }

    /**
     * A reader; to be closed.
     *
     * @param from where it begins; empty: with the next pose that comes
     * @param loop one thread
     * @throws Refusal if too many read what was
     */
    PoseReader reader(Wanted wanted, Optional<Place> from, Executor loop) {
        PoseLog shared = log();
        AtomicBoolean holds = new AtomicBoolean();
        Runnable release = () -> {
            if (holds.compareAndSet(true, false)) {
                free.release();
            }
        };
        if (from.filter(place -> !shared.hasAllAfter(place)).isPresent()) {
            if (!free.tryAcquire()) {
                throw new Refusal(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "%d readers read what was, and no more may; try again, or read what comes".formatted(replays));
            }
            holds.set(true);
        }
        return new PoseReader(shared, wanted, from, loop, awake, this::past, release);
    }

    /** What the topic has for a reader, to its present end. */
    private Flux<Batch> past(PoseReader to) {
        return reader.readToEnd(
                        topic, to.place().next(), end -> to.reach(to.place().furthest(end)))
                .<PoseEvent>handle((record, sink) -> event(record, to.place()).ifPresent(event -> {
                    to.reach(event.after());
                    if (to.wanted().has(event.camera(), event.object())) {
                        sink.next(event);
                    }
                }))
                .buffer(AT_ONCE)
                .map(events -> new Batch(0, List.copyOf(events)));
    }

    @Override
    public void close() {
        reading.dispose();
        reader.close();
    }
}
