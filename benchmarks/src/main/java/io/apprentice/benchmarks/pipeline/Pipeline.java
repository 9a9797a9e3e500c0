package io.apprentice.benchmarks.pipeline;

import io.apprentice.benchmarks.Servers;
import io.apprentice.inference.InferenceService;
import io.apprentice.inference.InferenceSettings;
import io.apprentice.ingest.CameraSpec;
import io.apprentice.ingest.ImageSettings;
import io.apprentice.ingest.IngestService;
import io.apprentice.ingest.IngestSettings;
import io.apprentice.ingest.SyntheticSettings;
import io.apprentice.ingest.pace.Rate;
import io.apprentice.ingest.push.PushSettings;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.network.onnx.FastestNetwork;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.Service;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.teacher.TeacherService;
import io.apprentice.teacher.TeacherSettings;
import io.apprentice.trainer.StudentSettings;
import io.apprentice.trainer.TrainerService;
import io.apprentice.wire.StudentSigner;
import io.apprentice.wire.StudentVerifier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * How long is a frame on its way from the camera to a {@code read_committed} reader, where, and who holds the cores
 * meanwhile? The services as they are, with a real broker and registry in this process as in {@code apprentice up}; the
 * camera sends files that were filmed beforehand. Ratios are against the same work in a loop of its own, in the same run.
 *
 * <pre>benchmarks/pipeline [SECONDS [FRAMES_PER_SECOND [THREADS [ISOLATION]]]]</pre>
 *
 * SECONDS of each measurement, 60; THREADS of an operation of a network, by default as many as {@code up} gives it.
 */
public final class Pipeline {
    /** Of topics and groups, then of threads: short, because the system cuts their names. */
    static final String PREFIX = "p";

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int FULL_RATE_FRAMES = 1000;
    /** Networks that share the cores in {@code up}. */
    private static final int NETWORKS = 3;

    private final Servers servers;
    private final NetworkWeights teacher;
    private final NetworkWeights student;
    private final Duration length;
    private final double rate;
    private final String isolation;
    private int runs;

    private Pipeline(Servers servers, Duration length, double rate, String isolation) throws IOException {
        this.servers = servers;
        this.length = length;
        this.rate = rate;
        this.isolation = isolation;
        teacher = NetworkWeights.read(Servers.model("teacher-parcel.safetensors"));
        student = NetworkWeights.read(Servers.model("student-parcel.safetensors"));
    }

    /** Measures and prints. */
    public static void main(String[] args) throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        Duration length = Duration.ofSeconds(args.length > 0 ? Long.parseLong(args[0]) : 60);
        double rate = args.length > 1 ? Double.parseDouble(args[1]) : 10;
        int threads = args.length > 2 ? Integer.parseInt(args[2]) : Math.max(1, cores / NETWORKS);
        String isolation = args.length > 3 ? args[3] : "read_committed";
        TorchRuntime.useThreads(threads);
        try (Servers servers = new Servers()) {
            System.out.printf(
                    "%d cores, %d threads of a network's operation, a %s reader%n", cores, threads, isolation);
            new Pipeline(servers, length, rate, isolation).measure();
        }
        System.exit(0);
    }

    private void measure() throws Exception {
        Film loop = new Film(servers.directory().resolve("loop"), Film.length());
        new Film(servers.directory().resolve("once"), FULL_RATE_FRAMES);
        Alone.measure(student, FastestNetwork::of, loop, 10); // until all is compiled
        for (boolean learning : new boolean[] {false, true}) {
            System.out.printf(
                    "%n%.0f frames/s, %s%n", rate, learning ? "teacher and trainer at work" : "nothing learns");
            Alone torch = alone("by PyTorch", Pipeline::torch, loop);
            Alone fastest = alone("as in live mode", FastestNetwork::of, loop);
            double[] latencies = live(learning);
            for (Alone alone : List.of(torch, fastest)) {
                System.out.printf(
                        "from capture to reader, times the work alone of %.1f ms: p50 %.2f, p99 %.2f%n",
                        alone.millis(),
                        Waterfall.percentile(latencies, 0.5) / alone.millis(),
                        Waterfall.percentile(latencies, 0.99) / alone.millis());
            }
        }
        System.out.printf("%nfull rate, nothing learns%n");
        double before = alone("by PyTorch", Pipeline::torch, loop).framesPerSecond(); // as replay mode does it
        double full = fullRate();
        double after = alone("by PyTorch", Pipeline::torch, loop).framesPerSecond();
        System.out.printf(
                "%.1f poses/s; %.2f of the work alone before and after%n", full, full / ((before + after) / 2));
    }

    private static CropNetwork torch(NetworkWeights weights) {
        return new WdrNet(weights, TorchRuntime.fastestPrecision());
    }

    private Alone alone(String how, Function<NetworkWeights, CropNetwork> networks, Film film) throws IOException {
        Alone alone = Alone.measure(student, networks, film, 4);
        System.out.printf(
                "decode, crop, network (%s) and solve alone: p50 %.1f ms, %.1f frames/s%n",
                how, alone.millis(), alone.framesPerSecond());
        return alone;
    }

    /** Runs the live path at the set rate; returns milliseconds from capture to reader, sorted. */
    private double[] live(boolean learning) throws Exception {
        try (Run run = new Run(Mode.LIVE)) {
            Service trainer = run.publishStudent();
            run.start(run.inference());
            run.await(run::inferenceIsReady);
            if (learning) {
                run.start(new TeacherService(run.context, TeacherSettings.DEFAULTS, List.of(Film.PARCEL), teacher));
            } else {
                trainer.close();
            }
            run.start(run.ingest("loop", Rate.parse(Double.toString(rate)), true));
            run.await(() -> run.waterfall.answers() > 0);
            Thread.sleep(WARM_UP.toMillis());
            long from = Waterfall.now();
            int before = run.waterfall.answers();
            Cores start = Cores.now();
            Thread.sleep(length.toMillis());
            Cores end = Cores.now();
            int frames = run.waterfall.answers() - before;
            run.stop();
            run.waterfall.print(from);
            end.print(start, frames);
            return run.waterfall.latencies(from);
        }
    }

    /** Sends frames as fast as the log takes them and answers every one; returns poses per second. */
    private double fullRate() throws Exception {
        try (Run run = new Run(Mode.REPLAY)) {
            run.publishStudent().close();
            run.start(run.inference());
            run.await(run::inferenceIsReady);
            run.start(run.ingest("once", Rate.MAX, false));
            int first = FULL_RATE_FRAMES / 4;
            run.await(() -> run.waterfall.answers() >= first);
            int before = run.waterfall.answers();
            Cores start = Cores.now();
            run.await(() -> run.waterfall.answers() >= FULL_RATE_FRAMES);
            Cores.now().print(start, FULL_RATE_FRAMES - before);
            return run.waterfall.rate(first);
        }
    }

    /** Topics, services and a reader of one measurement. */
    private final class Run implements AutoCloseable {
        private final Mode mode;
        private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        private final ServiceContext context;
        private final Waterfall waterfall;
        private final PoseReader reader;
        private final ArrayDeque<Service> services = new ArrayDeque<>();

        Run(Mode mode) throws Exception {
            this.mode = mode;
            Topics topics = new Topics(new TopicSettings(PREFIX + ++runs + ".", 1, 1, true));
            KafkaSettings kafka = new KafkaSettings(Map.of(
                    "bootstrap.servers", servers.bootstrapServers(), "interceptor.classes", Passage.class.getName()));
            TopicAdmin.ensure(kafka, topics.settings(), List.of(Topic.values()));
            context = new ServiceContext(kafka, topics, AvroCodecs.connect(servers.registry(), topics), metrics);
            waterfall = new Waterfall(topics);
            Passage.tell(waterfall);
            reader = new PoseReader(context, waterfall, isolation);
        }

        /** Starts a trainer, and waits until it has published the student that it starts with. */
        Service publishStudent() throws InterruptedException {
            Service trainer = start(new TrainerService(
                    context, StudentSettings.DEFAULTS, List.of(Film.PARCEL), student, StudentSigner.NONE));
            await(() -> trainer.health().ready());
            return trainer;
        }

        Service inference() {
            InferenceSettings usual = InferenceSettings.DEFAULTS;
            return new InferenceService(
                    context,
                    new InferenceSettings(
                            mode,
                            usual.maxAge(),
                            usual.student(),
                            usual.forgetAfter(),
                            usual.threads(),
                            usual.commitInterval(),
                            usual.host(),
                            servers.directory().resolve(UUID.randomUUID().toString())),
                    List.of(Film.PARCEL),
                    StudentVerifier.NONE);
        }

        boolean inferenceIsReady() {
            return services.stream()
                    .filter(service -> service.name().equals("inference"))
                    .allMatch(service -> service.health().ready());
        }

        Service ingest(String folder, Rate cameraRate, boolean loop) throws IOException {
            IngestSettings settings = new IngestSettings(
                    List.of(CameraSpec.parse(
                            "film=images:" + servers.directory().resolve(folder))),
                    cameraRate,
                    loop,
                    Path.of(""),
                    IngestSettings.DEFAULTS.inFlight(),
                    ImageSettings.DEFAULTS,
                    SyntheticSettings.DEFAULTS,
                    PushSettings.DEFAULTS);
            return new IngestService(context, settings, Map.of());
        }

        Service start(Service service) {
            service.start();
            services.push(service);
            return service;
        }

        void await(BooleanSupplier condition) throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("not within %s: %d frames in the log, %d answers; %s"
                            .formatted(
                                    PATIENCE,
                                    waterfall.framesInLog(),
                                    waterfall.answers(),
                                    services.stream()
                                            .map(s -> s.name() + " " + s.health())
                                            .toList()));
                }
                Thread.sleep(5);
            }
        }

        /** Stops the camera first, and the reader last. */
        void stop() {
            while (!services.isEmpty()) {
                services.pop().close();
            }
            reader.close();
        }

        @Override
        public void close() {
            stop();
        }
    }
}
