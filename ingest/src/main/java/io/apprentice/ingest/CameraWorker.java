package io.apprentice.ingest;

import io.apprentice.ingest.live.CameraState;
import io.apprentice.ingest.live.CameraState.Phase;
import io.apprentice.ingest.pace.Pacer;
import io.apprentice.ingest.pace.Rate;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.Frame;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.kafka.Trace;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the frames of one camera and sends them in order, on the caller's thread. At rate {@code max} it waits for the
 * broker; otherwise a frame is dropped and counted if too many others are unacknowledged, and leaves a gap in the
 * sequence.
 */
final class CameraWorker {

    private static final Logger LOG = LoggerFactory.getLogger(CameraWorker.class);
    private static final long REOPEN_SECONDS = 2;
    private static final long LAST_ACKNOWLEDGEMENTS_SECONDS = 5;

    private final CameraOpener opener;
    private final IngestSettings settings;
    private final CountDownLatch stop;
    private final Semaphore inFlight;
    private final Counter frames;
    private final Counter bytes;
    private final Counter dropped;
    private final Counter unreadable;
    private final Timer acknowledged;
    private final RareWarning droppedLog;
    private final RareWarning unreadableLog;
    /** What the worker knows of the camera's state; a live camera that is open knows better. */
    private volatile CameraState state = CameraState.now(Phase.LIVE, "");

    private volatile Camera camera;
    private volatile long lastFrameNanos = System.nanoTime();
    private long images;
    private long sequence;

    /**
     * A worker for a camera, which the constructor opens.
     *
     * @param stop the work ends when this is counted down
     * @throws IOException if the camera cannot be opened
     */
    CameraWorker(CameraOpener opener, IngestSettings settings, MeterRegistry metrics, CountDownLatch stop)
            throws IOException {
        this.opener = opener;
        this.settings = settings;
        this.stop = stop;
        inFlight = new Semaphore(settings.inFlight());
        frames = counter(metrics, "frames", "Frames that the broker has acknowledged");
        bytes = counter(metrics, "bytes", "Compressed images that the broker has acknowledged, bytes");
        dropped = counter(metrics, "dropped", "Frames not sent: sending could not keep up or failed");
        unreadable = counter(metrics, "unreadable", "Frames that the source could not decode");
        acknowledged = Timer.builder("apprentice.ingest.acknowledged")
                .description("From capture to the broker's acknowledgement")
                .tag("camera", id())
                .publishPercentiles(0.5, 0.99)
                .register(metrics);
        Gauge.builder("apprentice.ingest.waiting", inFlight, free -> settings.inFlight() - free.availablePermits())
                .description("Frames sent and not yet acknowledged")
                .tag("camera", id())
                .register(metrics);
        droppedLog = new RareWarning(LOG, "camera " + id() + ": dropping frames");
        unreadableLog = new RareWarning(LOG, "camera " + id() + ": skipping frames that cannot be read");
        camera = opener.open();
        if (camera.isLive()) {
            publish(metrics);
        }
    }

    private void publish(MeterRegistry metrics) {
        for (Phase phase : Phase.values()) {
            Gauge.builder(
                            "apprentice.ingest.state",
                            this,
                            worker -> worker.state().phase() == phase ? 1 : 0)
                    .description("1 for what the camera is up to, else 0")
                    .tag("camera", id())
                    .tag("state", phase.name().toLowerCase(Locale.ROOT))
                    .register(metrics);
        }
        TimeGauge.builder("apprentice.ingest.silence", this, TimeUnit.MILLISECONDS, CameraWorker::silenceMillis)
                .description("Since the camera's last frame")
                .tag("camera", id())
                .register(metrics);
        FunctionCounter.builder(
                        "apprentice.ingest.reconnects",
                        this,
                        worker -> worker.state().reconnects())
                .description("How many times the camera came back")
                .tag("camera", id())
                .register(metrics);
    }

    private Counter counter(MeterRegistry metrics, String name, String description) {
        return Counter.builder("apprentice.ingest." + name)
                .description(description)
                .tag("camera", id())
                .register(metrics);
    }

    String id() {
        return opener.spec().id();
    }

    CameraStats stats() {
        return new CameraStats(
                id(),
                (long) frames.count(),
                (long) bytes.count(),
                (long) dropped.count(),
                (long) unreadable.count(),
                state());
    }

    private CameraState state() {
        return state.phase() == Phase.ENDED ? state : camera.state().orElse(state);
    }

    private double silenceMillis() {
        return (System.nanoTime() - lastFrameNanos) * 1e-6;
    }

    /** Works until the camera ends or {@code stop} is counted down, and until all sent frames are acknowledged. */
    void run(AvroCodec<Frame> codec, PlainSender sender, String topic) throws InterruptedException {
        String reason = "";
        try {
            long before;
            do {
                before = images;
                reason = takeAll(codec, sender, topic);
            } while (settings.loop() && !camera.isLive() && images > before && reopen());
            if (!inFlight.tryAcquire(settings.inFlight(), LAST_ACKNOWLEDGEMENTS_SECONDS, TimeUnit.SECONDS)
                    && stop.getCount() > 0) {
                inFlight.acquire(settings.inFlight());
            }
            if (reason.isEmpty()) {
                LOG.info("camera {}: ended: {}", id(), stats());
            } else {
                LOG.error("camera {}: ended: {}", id(), reason);
            }
        } finally {
            state = new CameraState(Phase.ENDED, Instant.now(), state().reconnects(), reason);
        }
    }

    /** Opens the camera again, and waits for a file that is missing for a moment; false if the work must stop. */
    private boolean reopen() throws InterruptedException {
        camera.close();
        boolean waiting = false;
        while (!stop.await(waiting ? REOPEN_SECONDS : 0, TimeUnit.SECONDS)) {
            try {
                camera = opener.open();
                state = CameraState.now(Phase.LIVE, "");
                return true;
            } catch (IOException e) {
                if (!waiting) {
                    waiting = true;
                    state = CameraState.now(Phase.CONNECTING, e.getMessage());
                    LOG.warn("Waiting for the camera to come back: {}", e.getMessage());
                }
            }
        }
        return false;
    }

    /** Sends until the camera ends or {@code stop} is counted down; returns why it ended. */
    private String takeAll(AvroCodec<Frame> codec, PlainSender sender, String topic) throws InterruptedException {
        boolean live = camera.isLive();
        double wanted = settings.rate().framesPerSecond(live ? Double.POSITIVE_INFINITY : camera.framesPerSecond());
        Pacer pacer = new Pacer(live ? Double.POSITIVE_INFINITY : wanted, stop);
        Pacer thinning = new Pacer(wanted, stop);
        while (pacer.await()) {
            Instant asked = Instant.now();
            Capture capture = camera.next();
            if (capture instanceof Capture.End end) {
                return end.reason();
            } else if (capture instanceof Capture.Lost lost) {
                dropped.increment(lost.frames());
                droppedLog.warn(lost.reason());
                sequence += lost.frames();
            } else if (capture instanceof Capture.Unreadable broken) {
                unreadable.increment();
                unreadableLog.warn(broken.reason());
                sequence++;
            } else if (capture instanceof Capture.Image image) {
                images++;
                lastFrameNanos = System.nanoTime();
                if (!live || thinning.isDue()) {
                    send(image, live ? Instant.now() : asked, codec, sender, topic);
                    sequence++;
                } else {
                    image.delivery().notWanted("more frames than are to be kept");
                }
            }
        }
        return "";
    }

    /** Sends an image that came at {@code arrival}, or drops it if there is no room for it. */
    private void send(Capture.Image image, Instant arrival, AvroCodec<Frame> codec, PlainSender sender, String topic)
            throws InterruptedException {
        if (haveRoom()) {
            Capture.Time time = image.time()
                    .orElseGet(() ->
                            new Capture.Time(arrival, camera.isLive() ? CaptureClock.ARRIVAL : CaptureClock.FILE));
            Frame frame = FrameRecords.frame(id(), sequence, time, image);
            send(codec.encode(frame), image, sequence, arrival, sender, topic);
        } else {
            String why = settings.inFlight() + " are not acknowledged yet";
            image.delivery().lost(why);
            if (stop.getCount() > 0) {
                dropped.increment();
                droppedLog.warn(why);
            }
        }
    }

    private boolean haveRoom() throws InterruptedException {
        boolean wait = settings.rate().equals(Rate.MAX) && !camera.isLive();
        while (!inFlight.tryAcquire(wait ? 100 : 0, TimeUnit.MILLISECONDS)) {
            if (!wait || stop.getCount() == 0) {
                return false;
            }
        }
        return true;
    }

    private void send(
            byte[] value, Capture.Image image, long number, Instant arrival, PlainSender sender, String topic) {
        byte[] key = id().getBytes(StandardCharsets.UTF_8);
        CompletableFuture<RecordMetadata> unused = sender.send(new ProducerRecord<>(
                        topic, null, arrival.toEpochMilli(), key, value, Trace.begin("capture", arrival)))
                .whenComplete((metadata, error) -> {
                    if (error == null) {
                        frames.increment();
                        bytes.increment(image.bytes().length);
                        acknowledged.record(Duration.between(arrival, Instant.now()));
                        image.delivery().sent(number);
                    } else {
                        dropped.increment();
                        String why = reason(error, value.length, topic);
                        droppedLog.warn(why);
                        image.delivery().lost(why);
                    }
                    inFlight.release();
                });
    }

    private static String reason(Throwable error, int bytes, String topic) {
        return error instanceof RecordTooLargeException
                ? String.format(
                        Locale.ROOT,
                        "a record of %,d bytes is more than the topic %s takes (max.message.bytes, %,d unless set) or a"
                                + " producer sends (kafka.max.request.size); send JPEG or smaller pictures",
                        bytes,
                        topic,
                        Topics.LARGEST_RECORD)
                : error.toString();
    }

    void close() {
        camera.close();
    }
}
