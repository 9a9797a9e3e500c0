package io.apprentice.ingest;

import io.apprentice.schemas.Frame;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.kafka.PlainSender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the frames of one camera and sends them in order, on the caller's thread. At rate {@code max} it waits for the
 * broker; otherwise a frame is dropped and counted if too many others are unacknowledged, and leaves a gap in the
 * sequence.
 */
final class CameraWorker {

    private static final Logger LOG = LoggerFactory.getLogger(CameraWorker.class);
    private static final long RECONNECT_SECONDS = 2;
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
    private volatile boolean finished;
    private Camera camera;
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
        droppedLog = new RareWarning(LOG, "camera " + id() + ": dropping frames");
        unreadableLog = new RareWarning(LOG, "camera " + id() + ": skipping frames that cannot be read");
        camera = opener.open();
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
                finished);
    }

    /** Works until the camera ends or {@code stop} is counted down, and until all sent frames are acknowledged. */
    void run(AvroCodec<Frame> codec, PlainSender sender, String topic) throws InterruptedException {
        try {
            boolean any = takeAll(codec, sender, topic);
            while (settings.loop() && (any || camera.isLive()) && reopen()) {
                any = takeAll(codec, sender, topic);
            }
            if (!inFlight.tryAcquire(settings.inFlight(), LAST_ACKNOWLEDGEMENTS_SECONDS, TimeUnit.SECONDS)
                    && stop.getCount() > 0) {
                inFlight.acquire(settings.inFlight());
            }
            LOG.info("camera {}: ended: {}", id(), stats());
        } finally {
            finished = true;
        }
    }

    /** Opens the camera again, and waits if it is not available; false if the work must stop. */
    private boolean reopen() throws InterruptedException {
        boolean live = camera.isLive();
        camera.close();
        boolean said = false;
        while (!stop.await(live ? RECONNECT_SECONDS : 0, TimeUnit.SECONDS)) {
            try {
                camera = opener.open();
                return true;
            } catch (IOException e) {
                if (!said) {
                    said = true;
                    live = true; // also wait for a file that is missing for a moment
                    LOG.warn("Waiting for the camera to come back: {}", e.getMessage());
                }
            }
        }
        return false;
    }

    /** Sends until the camera ends or {@code stop} is counted down; returns whether there was any image. */
    private boolean takeAll(AvroCodec<Frame> codec, PlainSender sender, String topic) throws InterruptedException {
        boolean live = camera.isLive();
        double wanted = settings.rate().framesPerSecond(live ? Double.POSITIVE_INFINITY : camera.framesPerSecond());
        Pacer pacer = new Pacer(live ? Double.POSITIVE_INFINITY : wanted, stop);
        Pacer thinning = new Pacer(wanted, stop);
        boolean any = false;
        while (pacer.await()) {
            Instant before = Instant.now();
            Capture capture = camera.next();
            if (capture instanceof Capture.End) {
                return any;
            }
            if (live && !thinning.isDue()) {
                continue;
            }
            if (capture instanceof Capture.Image image) {
                any = true;
                Instant capturedAt = live ? Instant.now() : before;
                if (haveRoom()) {
                    Frame frame = FrameRecords.frame(id(), sequence, capturedAt, image);
                    send(codec.encode(frame), image.bytes().length, capturedAt, sender, topic);
                } else if (stop.getCount() > 0) {
                    dropped.increment();
                    droppedLog.warn(settings.inFlight() + " are not acknowledged yet");
                }
            } else if (capture instanceof Capture.Unreadable broken) {
                unreadable.increment();
                unreadableLog.warn(broken.reason());
            }
            sequence++;
        }
        return any;
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

    private void send(byte[] value, int imageBytes, Instant capturedAt, PlainSender sender, String topic) {
        byte[] key = id().getBytes(StandardCharsets.UTF_8);
        CompletableFuture<RecordMetadata> unused = sender.send(
                        new ProducerRecord<>(topic, null, capturedAt.toEpochMilli(), key, value))
                .whenComplete((metadata, error) -> {
                    if (error == null) {
                        frames.increment();
                        bytes.increment(imageBytes);
                        acknowledged.record(Duration.between(capturedAt, Instant.now()));
                    } else {
                        dropped.increment();
                        droppedLog.warn(error.toString());
                    }
                    inFlight.release();
                });
    }

    void close() {
        camera.close();
    }
}
