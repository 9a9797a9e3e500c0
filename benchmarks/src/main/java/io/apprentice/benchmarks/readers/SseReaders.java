package io.apprentice.benchmarks.readers;

import io.apprentice.benchmarks.Servers;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentRef;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.kafka.PlainSender;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.kafka.TopicAdmin;
import io.apprentice.streaming.service.ServiceContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import reactor.core.Disposable;

/**
 * How far behind the topic are many readers of server-sent events, one of whom reads a byte a second, and does the
 * gateway's memory grow? A real broker and all readers are in this process, the console in one of its own. The delay is
 * that behind a {@code read_committed} consumer beside them, which began to read with them.
 *
 * <pre>benchmarks/run SseReaders [SECONDS [READERS [POSES_PER_SECOND]]]</pre>
 */
public final class SseReaders {

    private static final long SECOND = 1_000_000_000L;
    private static final int REPORT_SECONDS = 10;
    private static final int DOF = 6;

    private SseReaders() {}

    /**
     * Measures, and prints a line every ten seconds.
     *
     * @throws IOException if a server does not start or the console goes
     * @throws InterruptedException if it is stopped
     */
    public static void main(String... args) throws IOException, InterruptedException {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 120;
        int readers = args.length > 1 ? Integer.parseInt(args[1]) : 200;
        int rate = args.length > 2 ? Integer.parseInt(args[2]) : 100;
        try (Servers servers = new Servers()) {
            ServiceContext context = ConsoleProcess.context(
                    servers.bootstrapServers(), servers.registry().url());
            TopicAdmin.ensure(context.kafka(), context.topics().settings(), List.of(Topic.POSES));
            Process console = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ConsoleProcess.class.getName(),
                            servers.bootstrapServers(),
                            servers.registry().url())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                measure(context, console, seconds, readers, rate);
            } finally {
                console.destroy();
                console.waitFor();
            }
        }
    }

    private static void measure(ServiceContext context, Process console, int seconds, int count, int rate)
            throws IOException, InterruptedException {
        BufferedReader said = console.inputReader(StandardCharsets.US_ASCII);
        URI url = URI.create(said.readLine());
        InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
        AvroCodec<PoseEstimate> codec = context.codecs().codec(Topic.POSES, PoseEstimate.class);
        AtomicLongArray times = new AtomicLongArray(seconds * rate + 1);
        Delays delays = new Delays();
        String topic = context.topics().name(Topic.POSES);
        try (RecordReader reader = new RecordReader(context.kafka());
                PlainSender sender = new PlainSender(context.kafka());
                Socket slow = new Socket()) {
            Disposable reading = reader.tail(List.of(topic), RecordReader.From.BEGINNING)
                    .subscribe(record -> times.set((int) record.offset(), System.nanoTime()));
            awaitGateway(url);
            slow.setReceiveBufferSize(1 << 12);
            slow.connect(address);
            slow.getOutputStream().write(Readers.request());
            Readers readers = new Readers(count - 1, address, times, delays);
            System.out.printf(
                    "%8s %10s %10s %10s %8s %8s%n", "s", "RSS kB", "heap kB", "direct kB", "p50 ms", "p99 ms");
            long start = System.nanoTime();
            for (int i = 0; i < seconds * rate; i++) {
                long left = start + i * SECOND / rate - System.nanoTime();
                if (left > 0) {
                    Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
                }
                CompletableFuture<?> unused = sender.send(new ProducerRecord<>(topic, codec.encode(pose(i))));
                if (i % rate == 0) {
                    slow.getInputStream().read();
                    if (i / rate % REPORT_SECONDS == 0) {
                        report(console, said, i / rate, delays);
                    }
                }
            }
            Thread.sleep(2_000);
            report(console, said, seconds, delays);
            readers.close();
            reading.dispose();
            long sent = (long) seconds * rate * (count - 1);
            System.out.printf("%d readers got %d of %d poses%n", count - 1, readers.poses(), sent);
        }
    }

    /** Until it has read the topic, which is empty. */
    private static void awaitGateway(URI url) throws IOException, InterruptedException {
        while (((HttpURLConnection) url.resolve("/api/poses").toURL().openConnection()).getResponseCode() != 200) {
            Thread.sleep(100);
        }
    }

    private static void report(Process console, BufferedReader said, int second, Delays delays) throws IOException {
        console.getOutputStream().write('\n');
        console.getOutputStream().flush();
        String[] memory = said.readLine().split(" ", -1);
        String rss = Files.readAllLines(Path.of("/proc", Long.toString(console.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElse("?");
        System.out.printf(
                "%8d %10s %10d %10d %8.1f %8.1f%n",
                second,
                rss,
                Long.parseLong(memory[0]) >> 10,
                Long.parseLong(memory[1]) >> 10,
                delays.quantile(0.5),
                delays.quantile(0.99));
    }

    private static PoseEstimate pose(int sequence) {
        return PoseEstimate.newBuilder()
                .setCameraId("left")
                .setSequence(sequence)
                .setCapturedAt(Instant.now())
                .setEstimatedAt(Instant.now())
                .setFrameRef(new FrameRef(0, (long) sequence))
                .setObjectId("parcel")
                .setStatus(PoseStatus.ESTIMATED)
                .setObjectToCamera(new Pose(0.1, 0.2, 0.3, 0.927, 0.0123, -0.0456, 0.789))
                .setCovariance(IntStream.range(0, DOF * DOF)
                        .mapToObj(i -> 1.2345678901234e-6 * (i + 1))
                        .toList())
                .setScore(0.87)
                .setInliers(64)
                .setReprojectionError(1.234)
                .setStudent(new StudentRef("student", 7L))
                .build();
    }
}
