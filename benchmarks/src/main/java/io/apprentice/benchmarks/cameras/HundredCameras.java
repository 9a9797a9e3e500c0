package io.apprentice.benchmarks.cameras;

import io.apprentice.benchmarks.Servers;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingProgress;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.TopicSettings;
import io.apprentice.streaming.kafka.Topics;
import io.apprentice.streaming.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * Do 100 cameras get an answer to every frame, how late, and what limits first? The product's own commands, each a process: a
 * broker and a registry, an ingest, two teachers, two inferences and a trainer, with small pictures and a small network. One
 * inference, one teacher and the trainer are killed by signal 9 and started again.
 *
 * <pre>benchmarks/run HundredCameras [SECONDS [CAMERAS [FRAMES_PER_SECOND]]]</pre>
 */
public final class HundredCameras {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 120;
    private static final int QUALITY = 90;
    private static final int VIEWS = 64;
    private static final int PARTITIONS = 4;
    private static final double LABELS_PER_SECOND = 2;
    private static final int SPAN_SECONDS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** What is seen from outside at the end of a span. */
    private record Sight(Map<String, Long> mostLag, Map<String, Duration> ran, long in, long out, String events) {}

    private final Path folder;
    private final Product product;
    private final int seconds;
    private final int cameras;
    private final double rate;

    private HundredCameras(Path folder, Product product, int seconds, int cameras, double rate) {
        this.folder = folder;
        this.product = product;
        this.seconds = seconds;
        this.cameras = cameras;
        this.rate = rate;
    }

    /** Measures, and prints a line for every ten seconds. */
    public static void main(String... args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 180;
        int cameras = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        double rate = args.length > 2 ? Double.parseDouble(args[2]) : 5;
        Path folder = Files.createTempDirectory("cameras");
        Product product = new Product(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(product::close));
        try (product) {
            new HundredCameras(folder, product, seconds, cameras, rate).measure();
        } finally {
            Servers.delete(folder);
        }
    }

    private void measure() throws Exception {
        Path network = network();
        long bytes = film(folder.resolve("film"));
        product.start(
                "broker", "512m", "broker", "--data", folder.resolve("data").toString());
        String address = product.await("broker", "broker    ");
        String registry = product.await("broker", "registry  ");
        product.set("kafka.bootstrap.servers=" + address);
        product.set("registry.url=" + registry);
        product.set("topics.camera-partitions=" + PARTITIONS);
        Topics topics = new Topics(new TopicSettings("", PARTITIONS, 1, true));
        ServiceContext context = new ServiceContext(
                KafkaSettings.of(address),
                topics,
                AvroCodecs.connect(RegistrySettings.of(registry), topics),
                new SimpleMeterRegistry());
        startTrainer(network);
        product.await("trainer", "running");
        for (int i = 1; i <= 2; i++) {
            startInference(i);
            startTeacher(i, network);
        }
        for (int i = 1; i <= 2; i++) {
            product.await("inference " + i, "running");
            product.await("teacher " + i, "running");
        }
        System.out.printf(
                "%d cameras at %.1f frames/s, JPEGs of %d x %d and %,d bytes, %d cores%n",
                cameras, rate, WIDTH, HEIGHT, bytes, Runtime.getRuntime().availableProcessors());
        try (Answers answers = new Answers(context, SPAN_SECONDS);
                Broker broker = new Broker(context, product.process("broker"))) {
            startCameras();
            report(answers, watch(answers, broker, network));
            System.out.println(answers.verdict(broker.frames()));
        }
        labels(context);
    }

    /**
     * For teacher and student alike; fitted for two minutes, once. It finds the parcel, mostly in a wrong place: it is there to
     * cost what a very small network costs. So no threshold of its own says LOST.
     */
    private Path network() throws IOException, InterruptedException {
        Path fitted = Servers.project().resolve("benchmarks/target/hundred-cameras.safetensors");
        if (!Files.exists(fitted)) {
            product.start(
                    "fit",
                    "1g",
                    "fit",
                    "--pyramid-width=32",
                    "--crop-size=64",
                    "--images=16000",
                    "--threads=1",
                    "--out=" + fitted);
            product.process("fit").waitFor();
        }
        NetworkWeights network = NetworkWeights.read(fitted);
        Map<String, String> facts = new TreeMap<>(network.metadata());
        facts.remove(NetworkWeights.LOST_BELOW);
        Path file = folder.resolve("network.safetensors");
        network.withMetadata(facts).write(file);
        return file;
    }

    /** Films a parcel there and back; returns the mean size of a picture. */
    private static long film(Path folder) throws IOException {
        Files.createDirectories(folder);
        List<ObjectModel> parcel = List.of(Parcel.model());
        SyntheticCamera camera =
                new SyntheticCamera(parcel, new SceneSettings(3, WIDTH, HEIGHT, 5, OptionalLong.empty()));
        var k = camera.intrinsics();
        Files.writeString(folder.resolve("camera.json"), """
                {"fx": %s, "fy": %s, "cx": %s, "cy": %s, "width": %d, "height": %d}
                """.formatted(k.fx(), k.fy(), k.cx(), k.cy(), WIDTH, HEIGHT));
        long bytes = 0;
        for (int i = 0; i < VIEWS; i++) {
            byte[] jpeg = ImageCodec.encodeJpeg(camera.frame(i).image(), QUALITY);
            Path file = folder.resolve("frame-%d.jpg".formatted(i));
            Files.write(file, jpeg);
            if (i > 0 && i < VIEWS - 1) {
                Files.createLink(folder.resolve("frame-%d.jpg".formatted(2 * VIEWS - 2 - i)), file);
            }
            bytes += jpeg.length;
        }
        return bytes / VIEWS;
    }

    private void startTrainer(Path network) throws IOException {
        product.start("trainer", "512m", "trainer", "--weights", network.toString());
    }

    private void startInference(int number) throws IOException {
        product.start("inference " + number, "384m", "inference");
    }

    private void startTeacher(int number, Path network) throws IOException {
        long stride = Math.max(1, Math.round(cameras * rate / LABELS_PER_SECOND));
        product.start(
                "teacher " + number,
                "384m",
                "teacher",
                "--weights",
                network.toString(),
                "--stride",
                Long.toString(stride),
                "--set",
                "teacher.instance=" + number,
                "--set",
                "teacher.refine=false");
    }

    private void startCameras() throws IOException {
        List<String> command = new ArrayList<>(List.of("ingest", "--loop", "--rate", Double.toString(rate)));
        for (int i = 0; i < cameras; i++) {
            command.add("--camera");
            command.add("camera-%d=images:%s".formatted(i, folder.resolve("film")));
        }
        product.start("ingest", "384m", command.toArray(String[]::new));
    }

    /** Kills and starts again, and looks every second until all frames are answered. */
    private List<Sight> watch(Answers answers, Broker broker, Path network) throws Exception {
        List<Sight> sights = new ArrayList<>();
        while (answers.answered() == 0) {
            product.check();
            Thread.sleep(100);
        }
        Map<String, Long> mostLag = new TreeMap<>();
        String events = "";
        for (int second = 0; second <= seconds; second++) {
            Thread.sleep(Math.max(0, answers.begin() + second * 1000L - System.currentTimeMillis()));
            product.check();
            broker.lag().forEach((service, lag) -> mostLag.merge(service, lag, Math::max));
            events += act(second, network);
            if (second % SPAN_SECONDS == 0) {
                sights.add(new Sight(
                        Map.copyOf(mostLag), product.processorTime(), broker.bytes(true), broker.bytes(false), events));
                mostLag.clear();
                events = "";
            }
        }
        product.stop("ingest");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (answers.answered() < broker.frames() && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        Thread.sleep(2_000); // nothing more may come
        return sights;
    }

    /** What happens at this second, in words. */
    private String act(int second, Path network) throws IOException, InterruptedException {
        int third = seconds / 3;
        if (second == third) {
            product.kill("inference 2");
            return " inference 2 killed;";
        } else if (second == third + 2 * SPAN_SECONDS) {
            startInference(2);
            return " inference 2 started;";
        } else if (second == 2 * third) {
            product.kill("teacher 2");
            return " teacher 2 killed;";
        } else if (second == 2 * third + SPAN_SECONDS) {
            startTeacher(2, network);
            return " teacher 2 started;";
        } else if (second == 2 * third + 3 * SPAN_SECONDS) {
            product.kill("trainer");
            startTrainer(network);
            return " trainer killed and started;";
        }
        return "";
    }

    private static void report(Answers answers, List<Sight> sights) {
        List<Answers.Span> spans = answers.spans();
        System.out.printf(
                "%n%4s %8s %8s %6s %8s %8s %10s %10s %6s %8s %8s%n",
                "s",
                "frames/s",
                "skipped",
                "lost",
                "p50 ms",
                "p99 ms",
                "lag inf.",
                "lag teach.",
                "cores",
                "in MB/s",
                "out MB/s");
        for (int i = 1; i < sights.size() && i <= spans.size(); i++) {
            Answers.Span span = spans.get(i - 1);
            Sight sight = sights.get(i);
            Sight before = sights.get(i - 1);
            System.out.printf(
                    "%4d %8.1f %8d %6d %8d %8d %10d %10d %6.2f %8.2f %8.2f %s%n",
                    i * SPAN_SECONDS,
                    span.size() / (double) SPAN_SECONDS,
                    span.of(PoseStatus.SKIPPED),
                    span.of(PoseStatus.LOST),
                    span.quantile(0.5),
                    span.quantile(0.99),
                    sight.mostLag().getOrDefault("inference", 0L),
                    sight.mostLag().getOrDefault("teacher", 0L),
                    cores(before, sight).values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum(),
                    (sight.in() - before.in()) / 1e6 / SPAN_SECONDS,
                    (sight.out() - before.out()) / 1e6 / SPAN_SECONDS,
                    sight.events());
        }
        Answers.Span all = Answers.Span.of(spans);
        System.out.printf(
                "%nall: p50 %d ms, p99 %d ms, %d skipped, %d lost%n",
                all.quantile(0.5), all.quantile(0.99), all.of(PoseStatus.SKIPPED), all.of(PoseStatus.LOST));
        System.out.printf("%ncores by process, each ten seconds:%n");
        for (String name : sights.get(sights.size() - 1).ran().keySet()) {
            System.out.printf("%-12s", name);
            for (int i = 1; i < sights.size(); i++) {
                System.out.printf(
                        " %5.2f", cores(sights.get(i - 1), sights.get(i)).getOrDefault(name, 0.0));
            }
            System.out.println();
        }
    }

    /** Of a core and a span, by name. */
    private static Map<String, Double> cores(Sight from, Sight to) {
        Map<String, Double> cores = new TreeMap<>();
        to.ran()
                .forEach((name, ran) -> cores.put(
                        name,
                        ran.minus(from.ran().getOrDefault(name, Duration.ZERO)).toNanos() / 1e9 / SPAN_SECONDS));
        return cores;
    }

    /** What the teachers and the trainer made of it. */
    private static void labels(ServiceContext context) {
        AvroCodec<LocalPredictions> labels = context.codecs().codec(Topic.LOCAL_PREDICTIONS, LocalPredictions.class);
        AvroCodec<TrainingProgress> progress = context.codecs().codec(Topic.TRAINING_PROGRESS, TrainingProgress.class);
        try (RecordReader reader = new RecordReader(context.kafka())) {
            Set<FrameRef> labelled = new HashSet<>();
            long twice = 0;
            for (Received record : reader.readToEnd(context.topics().name(Topic.LOCAL_PREDICTIONS))
                    .toIterable()) {
                twice += labelled.add(decode(labels, record).getFrameRef()) ? 0 : 1;
            }
            Received last = reader.readToEnd(context.topics().name(Topic.TRAINING_PROGRESS))
                    .blockLast();
            System.out.printf("%d frames labelled, %d of them twice%n", labelled.size(), twice);
            if (last != null) {
                TrainingProgress said = decode(progress, last);
                System.out.printf(
                        "trainer: %d labels, %d skipped, %d steps, version %d%n",
                        said.getLabels(), said.getSkipped(), said.getSteps(), said.getVersion());
            }
        }
    }

    private static <T extends SpecificRecord> T decode(AvroCodec<T> codec, Received record) {
        try {
            return codec.decode(record.value());
        } catch (UndecodableRecordException e) {
            throw new IllegalStateException(e);
        }
    }
}
