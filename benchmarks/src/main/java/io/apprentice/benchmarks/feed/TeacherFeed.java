package io.apprentice.benchmarks.feed;

import com.sun.management.OperatingSystemMXBean;
import io.apprentice.benchmarks.Servers;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.TorchRuntime.DeviceChoice;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.ExactlyOnceReceiver;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.Mode;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.teacher.AdaptSettings;
import io.apprentice.teacher.TeacherService;
import io.apprentice.teacher.TeacherSettings;
import io.apprentice.teacher.TeacherSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * How many cores feed one GPU? First what each step of a frame's way costs; then the teacher stream as it is, with a real
 * broker and registry and a network that stands in for one on a device: in turn, as without overlap, and on several workers.
 *
 * <pre>benchmarks/run TeacherFeed [WORKERS...]</pre>
 */
public final class TeacherFeed {

    private static final int CAMERAS = 16;
    private static final int BATCH = 32;
    private static final int RECORDS = 960;
    private static final int RECORDS_OF_A_SLOW_RUN = 192;
    private static final int ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Footage footage;
    private final KafkaSettings kafka;
    private final RegistrySettings registry;

    /** What a run is like; without a device, the real network runs on the CPU. */
    private record Case(int workers, boolean refine, boolean detected, OptionalDouble deviceMillis) {

        int records() {
            return refine || deviceMillis.isEmpty() ? RECORDS_OF_A_SLOW_RUN : RECORDS;
        }

        @Override
        public String toString() {
            return "%-9s, refine %-3s, %s, %s"
                    .formatted(
                            workers == 1 ? "in turn" : workers + " workers",
                            refine ? "on" : "off",
                            detected ? "detections" : "last poses",
                            deviceMillis.isPresent()
                                    ? "device %.0f ms a crop".formatted(deviceMillis.getAsDouble())
                                    : "real network on the CPU");
        }
    }

    /** Rates of one run, per second; share of time that the device was at work; processor time of the process. */
    private record Run(double framesPerSecond, double busy, double millisPerFrame) {}

    private TeacherFeed(Footage footage, KafkaSettings kafka, RegistrySettings registry) {
        this.footage = footage;
        this.kafka = kafka;
        this.registry = registry;
    }

    /**
     * Prints the table.
     *
     * @param args numbers of workers; without, the number of cores
     */
    public static void main(String[] args) throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        List<Integer> workers = args.length == 0
                ? List.of(cores)
                : Arrays.stream(args).map(Integer::valueOf).toList();
        Path teacher = Servers.model("teacher-parcel.safetensors");
        try (Servers servers = new Servers()) {
            TeacherFeed feed = new TeacherFeed(
                    new Footage(teacher), KafkaSettings.of(servers.bootstrapServers()), servers.registry());
            System.out.printf("%d cores, %d cameras, batches of %d%n", cores, CAMERAS, BATCH);
            feed.steps();
            feed.commit();
            feed.streams(workers);
        }
        System.exit(0);
    }

    private Topics topics() throws InterruptedException {
        Topics topics = new Topics(new TopicSettings(UUID.randomUUID() + ".", 4, 1, true));
        TopicAdmin.ensure(kafka, topics.settings(), List.of(Topic.values()));
        return topics;
    }

    private AvroCodecs codecs(Topics topics) throws InterruptedException {
        return AvroCodecs.connect(registry, topics);
    }

    private void steps() throws Exception {
        AvroCodecs codecs = codecs(topics());
        Stages.run(
                footage,
                codecs.codec(Topic.FRAMES, Frame.class),
                codecs.codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class));
    }

    private void fill(Topics topics, int records, boolean detected) throws InterruptedException {
        AvroCodec<Frame> codec = codecs(topics).codec(Topic.FRAMES, Frame.class);
        List<CompletableFuture<?>> sent = new ArrayList<>();
        try (PlainSender sender = new PlainSender(kafka)) {
            for (int i = 0; i < records; i++) {
                String camera = "camera-" + i % CAMERAS;
                long sequence = i / CAMERAS;
                Frame frame = Footage.of(camera, sequence, footage.at(sequence + 7L * (i % CAMERAS)), detected);
                sent.add(sender.send(new ProducerRecord<>(
                        topics.name(Topic.FRAMES), camera.getBytes(StandardCharsets.UTF_8), codec.encode(frame))));
            }
            sent.forEach(CompletableFuture::join);
        }
    }

    /** Receives and commits with nothing in between. */
    private void commit() throws Exception {
        Topics topics = topics();
        fill(topics, RECORDS, true);
        byte[] label = codecs(topics)
                .codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class)
                .encode(Stages.record(footage.estimates.get(0), 0));
        for (int round = 0; round < 2; round++) {
            try (ExactlyOnceReceiver receiver = new ExactlyOnceReceiver(
                    kafka, topics.name(Topic.FRAMES) + round, "commit", List.of(topics.name(Topic.FRAMES)))) {
                long[] from = new long[2];
                receiver.receive()
                        .take(RECORDS)
                        .buffer(BATCH)
                        .doOnNext(batch -> {
                            if (from[0] == 0) {
                                from[0] = System.nanoTime();
                                from[1] = PROCESS.getProcessCpuTime();
                            }
                        })
                        .concatMap(batch -> receiver.commit(batch, outputs(topics, batch, label)), 1)
                        .blockLast(PATIENCE);
                double seconds = (System.nanoTime() - from[0]) / 1e9;
                double millis = (PROCESS.getProcessCpuTime() - from[1]) / 1e6 / RECORDS;
                if (round > 0) {
                    System.out.printf(
                            "%-44s %8.3f ms  (clients and broker of this process; %.0f frames/s by the clock)%n",
                            "receive and commit", millis, RECORDS / seconds);
                }
            }
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> outputs(Topics topics, List<Received> batch, byte[] label) {
        return batch.stream()
                .map(r -> new ProducerRecord<>(topics.name(Topic.LOCAL_PREDICTIONS), r.partition(), r.key(), label))
                .toList();
    }

    private void streams(List<Integer> workers) throws Exception {
        List<Case> cases = new ArrayList<>();
        for (boolean refine : new boolean[] {false, true}) {
            cases.addAll(cases(workers, refine, true, OptionalDouble.of(0)));
            cases.addAll(cases(workers, refine, true, OptionalDouble.of(2)));
            cases.addAll(cases(workers, refine, false, OptionalDouble.of(2)));
        }
        cases.addAll(cases(workers, true, false, OptionalDouble.empty()));
        Map<Case, List<Run>> runs = new LinkedHashMap<>();
        for (int round = 0; round <= ROUNDS; round++) {
            System.err.printf("round %d of %d%n", round, ROUNDS);
            for (Case c : cases) {
                Run run = run(c);
                if (round > 0) {
                    runs.computeIfAbsent(c, unused -> new ArrayList<>()).add(run);
                }
            }
        }
        System.out.printf("end to end, medians of %d rounds%n", ROUNDS);
        runs.forEach((c, all) -> {
            List<Run> sorted = all.stream()
                    .sorted((a, b) -> Double.compare(a.framesPerSecond, b.framesPerSecond))
                    .toList();
            Run median = sorted.get(ROUNDS / 2);
            System.out.printf(
                    "%s: %6.0f frames/s (%.0f to %.0f), device at work %3.0f %%, %6.2f ms of the cores a frame%n",
                    c,
                    median.framesPerSecond,
                    sorted.get(0).framesPerSecond,
                    sorted.get(ROUNDS - 1).framesPerSecond,
                    100 * median.busy,
                    median.millisPerFrame);
        });
    }

    private static List<Case> cases(List<Integer> workers, boolean refine, boolean detected, OptionalDouble device) {
        return Stream.concat(Stream.of(1), workers.stream())
                .map(w -> new Case(w, refine, detected, device))
                .toList();
    }

    private Run run(Case c) throws Exception {
        Topics topics = topics();
        fill(topics, c.records(), c.detected());
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        ServiceContext context = new ServiceContext(kafka, topics, codecs(topics), metrics);
        RecordedNetwork network =
                footage.network.taking((long) (1e6 * c.deviceMillis().orElse(0)));
        TeacherSettings settings = new TeacherSettings(
                "teacher",
                "0",
                Path.of(""),
                TeacherSource.NETWORK,
                DeviceChoice.CPU,
                Mode.REPLAY,
                Duration.ofSeconds(1),
                1,
                BATCH,
                Duration.ofMillis(200),
                c.refine(),
                c.workers(),
                AdaptSettings.DEFAULTS);
        try (TeacherService service = new TeacherService(
                context,
                settings,
                List.of(Footage.PARCEL),
                footage.weights,
                weights -> c.deviceMillis().isPresent()
                        ? network
                        : new WdrNet(weights, TorchRuntime.fastestPrecision()))) {
            service.start();
            await(metrics, c.records() / 4);
            long start = System.nanoTime();
            long cpu = PROCESS.getProcessCpuTime();
            long busy = network.busyNanos();
            double done = labelled(metrics);
            await(metrics, c.records() - BATCH);
            double frames = labelled(metrics) - done;
            double nanos = System.nanoTime() - start;
            return new Run(
                    frames / (nanos / 1e9),
                    (network.busyNanos() - busy) / nanos,
                    (PROCESS.getProcessCpuTime() - cpu) / 1e6 / frames);
        }
    }

    private static double labelled(SimpleMeterRegistry metrics) {
        return metrics.get("apprentice.teacher.labelled").counter().count();
    }

    private static void await(SimpleMeterRegistry metrics, int frames) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (labelled(metrics) < frames) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("expected %d labels, got %.0f".formatted(frames, labelled(metrics)));
            }
            Thread.sleep(2);
        }
    }
}
