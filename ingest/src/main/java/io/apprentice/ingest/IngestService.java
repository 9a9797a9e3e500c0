package io.apprentice.ingest;

import io.apprentice.ingest.live.CameraState;
import io.apprentice.ingest.push.PushEndpoint;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.service.Health;
import io.apprentice.streaming.service.Service;
import io.apprentice.streaming.service.ServiceContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the frames of the cameras to the topic {@code frames}. Each camera has a thread, and its id is the key, so that
 * its frames are in one partition, in order. The producer is idempotent: an acknowledged frame is in the topic exactly
 * once. The service ends when all its cameras have ended and the broker has acknowledged their frames.
 */
public final class IngestService implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);
    private static final Set<Topic> NEEDED = Set.of(Topic.FRAMES);
    private static final long CLOSE_SECONDS = 6;

    private final ServiceContext context;
    private final Optional<PushEndpoint> endpoint;
    private final List<CameraWorker> workers;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CompletableFuture<Void> termination = new CompletableFuture<>();
    private final Thread supervisor = new Thread(this::supervise, "ingest");
    private volatile String waitingFor = "start";

    /**
     * Opens the cameras; sends nothing, and calls no live camera, before {@link #start}.
     *
     * @param objects configured objects, id to {@code builtin:NAME} or mesh file: objects that synthetic cameras show
     *     or ground truth names
     * @throws IOException if a camera's source is missing or broken, naming the camera, the source and what was
     *     expected
     * @throws IllegalArgumentException if a camera names an object that is not configured
     */
    public IngestService(ServiceContext context, IngestSettings settings, Map<String, String> objects)
            throws IOException {
        this.context = context;
        endpoint = endpoint(settings);
        List<CameraWorker> opened = new ArrayList<>();
        try {
            for (CameraSpec camera : settings.cameras()) {
                CameraOpener opener = new CameraOpener(camera, settings, objects, endpoint);
                opened.add(new CameraWorker(opener, settings, context.metrics(), stop));
            }
        } catch (IOException | RuntimeException e) {
            opened.forEach(CameraWorker::close);
            endpoint.ifPresent(PushEndpoint::close);
            throw e;
        }
        workers = List.copyOf(opened);
    }

    /**
     * Opens and closes every camera, so that a mistake is reported before a broker is started. Live cameras are not
     * called.
     *
     * @throws IOException as the constructor
     * @throws IllegalArgumentException as the constructor
     */
    public static void check(IngestSettings settings, Map<String, String> objects) throws IOException {
        Optional<PushEndpoint> endpoint = endpoint(settings);
        try {
            for (CameraSpec camera : settings.cameras()) {
                new CameraOpener(camera, settings, objects, endpoint).open().close();
            }
        } finally {
            endpoint.ifPresent(PushEndpoint::close);
        }
    }

    private static Optional<PushEndpoint> endpoint(IngestSettings settings) throws IOException {
        return settings.hasPushCameras() ? Optional.of(new PushEndpoint(settings.push())) : Optional.empty();
    }

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public void start() {
        supervisor.start();
    }

    private void supervise() {
        List<Thread> threads = new ArrayList<>();
        try {
            waitingFor = "the topic " + context.topics().name(Topic.FRAMES);
            TopicAdmin.ensure(context.kafka(), context.topics().settings(), NEEDED);
            waitingFor = null;
            AvroCodec<Frame> codec = context.codecs().codec(Topic.FRAMES, Frame.class);
            try (PlainSender sender = new PlainSender(context.kafka())) {
                for (CameraWorker worker : workers) {
                    Thread thread = new Thread(() -> work(worker, codec, sender), "ingest-" + worker.id());
                    threads.add(thread);
                    thread.start();
                }
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            termination.complete(null);
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            termination.complete(null); // closed while waiting
        } catch (RuntimeException e) {
            termination.completeExceptionally(e);
        } finally {
            workers.subList(threads.size(), workers.size()).forEach(CameraWorker::close); // the others' threads do it
        }
    }

    private void work(CameraWorker worker, AvroCodec<Frame> codec, PlainSender sender) {
        try {
            worker.run(codec, sender, context.topics().name(Topic.FRAMES));
        } catch (InterruptedException e) {
            LOG.info("camera {}: interrupted", worker.id());
        } catch (RuntimeException | LinkageError e) { // the latter: a library that does not load
            LOG.error("camera {}: stopped", worker.id(), e);
            termination.completeExceptionally(e);
        } finally {
            worker.close();
        }
    }

    /** State of each camera, in the order of the settings. */
    public List<CameraStats> stats() {
        return workers.stream().map(CameraWorker::stats).toList();
    }

    @Override
    public Health health() {
        if (termination.isDone()) {
            return new Health(!termination.isCompletedExceptionally(), false, "all cameras have ended");
        }
        if (waitingFor != null) {
            return new Health(true, false, "waiting for " + waitingFor);
        }
        long sending = stats().stream()
                .filter(camera -> camera.state().phase() == CameraState.Phase.LIVE)
                .count();
        StringBuilder detail = new StringBuilder("%d of %d cameras sending".formatted(sending, workers.size()));
        away().forEach((camera, state) ->
                detail.append("; ").append(camera).append(' ').append(state));
        return new Health(true, true, detail.toString());
    }

    /**
     * The cameras that should send and do not, id to their state in words, in the order of the settings. One that is simply at
     * its end is not among them.
     */
    public Map<String, String> away() {
        Map<String, String> away = new LinkedHashMap<>();
        for (CameraStats camera : stats()) {
            CameraState state = camera.state();
            if (state.phase() != CameraState.Phase.LIVE
                    && !(camera.finished() && state.reason().isEmpty())) {
                away.put(camera.cameraId(), state.text());
            }
        }
        return away;
    }

    @Override
    public CompletableFuture<Void> termination() {
        return termination;
    }

    @Override
    public void close() {
        stop.countDown();
        endpoint.ifPresent(PushEndpoint::close);
        if (supervisor.getState() == Thread.State.NEW) {
            workers.forEach(CameraWorker::close);
        } else if (waitingFor != null) {
            supervisor.interrupt();
        }
        try {
            supervisor.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            if (supervisor.isAlive()) {
                LOG.warn("cameras did not stop within {} s", CLOSE_SECONDS);
                supervisor.interrupt();
                supervisor.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        termination.complete(null);
    }
}
