package io.apprentice.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A torture run: {@code torture/run --kills 300 --seed N}. Ends with 1, the seed and the history if a promise is broken. */
@Command(
        name = "torture/run",
        description = "Kills, freezes and cuts off brokers and services while frames flow, then checks the topics.",
        mixinStandardHelpOptions = true)
final class Torture implements Runnable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(10);
    private static final Duration REPLAY_WITHIN = Duration.ofMinutes(30);
    /** As {@code apprentice replay} prints a version. */
    private static final Pattern REPLAYED = Pattern.compile("version (\\d+)  (\\p{XDigit}{64})");

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "20",
            description = "Kills; other faults come on top. Default: 20.")
    private int kills;

    @Option(names = "--seed", paramLabel = "N", description = "Decides who is struck how and when. Default: any.")
    private long seed = new Random().nextLong();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where topics and logs are left. Default: a new one, which is deleted if all goes well.")
    private @Nullable Path given;

    private final PrintStream out;

    Torture(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new CommandLine(new Torture(out)).execute(args));
    }

    @Override
    public void run() {
        History history = new History(out);
        try {
            Path directory = given == null ? Files.createTempDirectory("torture-") : given.toAbsolutePath();
            Files.createDirectories(directory);
            history.add("seed %d, %d kills, in %s".formatted(seed, kills, directory));
            torture(directory, history);
            if (given == null) {
                delete(directory);
            }
        } catch (IOException | ExecutionException | RuntimeException e) {
            throw new IllegalStateException(
                    "%s%nThis led there, with --seed %d:%n%s".formatted(e.getMessage(), seed, history), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void torture(Path directory, History history) throws IOException, InterruptedException, ExecutionException {
        Checker checker = new Checker(List.of(Cluster.OBJECT), Cluster.STRIDE, Cluster.PARTITIONS, Cluster.STUDENT);
        try (Cluster cluster = new Cluster(directory, weights())) {
            Thread end = new Thread(cluster::close);
            Runtime.getRuntime().addShutdownHook(end);
            cluster.start();
            history.add("all processes run, and all topics are there");
            try (LogReader reader = cluster.reader()) {
                Chaos chaos = new Chaos(cluster, reader, checker, history, seed);
                chaos.run(kills);
                stop(cluster.ingest(), history);
                drain(reader, checker);
                history.add("every frame is answered, every label folded in");
                for (Node service : cluster.services()) {
                    stop(service, history);
                }
                Map<Long, String> replayed = replay(cluster.replay());
                history.add("%d student versions are computed again".formatted(replayed.size()));
                verify(cluster, reader, checker, replayed);
                report(reader, chaos, history);
            }
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Path weights() {
        for (Path here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
            Path weights = here.resolve("models/student-parcel.safetensors");
            if (Files.exists(weights)) {
                return weights;
            }
        }
        throw new IllegalStateException("no models/student-parcel.safetensors above the working directory");
    }

    private static void stop(Node node, History history) throws InterruptedException {
        history.add("%s ended %.1f s after SIGTERM"
                .formatted(node.name(), node.stop(STOP_WITHIN).toMillis() * 1e-3));
    }

    /** Waits until nothing is still to come; gives up when nothing changes any more. */
    private static void drain(LogReader reader, Checker checker) throws IOException, InterruptedException {
        List<String> before = List.of();
        long changed = System.nanoTime();
        while (true) {
            reader.read();
            List<String> pending = checker.pending(reader.soFar());
            if (pending.isEmpty()) {
                return;
            }
            if (!pending.equals(before)) {
                before = pending;
                changed = System.nanoTime();
            } else if (System.nanoTime() - changed > PATIENCE.toNanos()) {
                throw new Violation(lines(pending));
            }
            Thread.sleep(500);
        }
    }

    /** Hashes of the student's versions, computed in peace from the topics. */
    private static Map<Long, String> replay(Node replay) throws IOException, InterruptedException {
        replay.start();
        int code = replay.awaitEnd(REPLAY_WITHIN);
        Map<Long, String> hashes = new TreeMap<>();
        for (String line : replay.lines()) {
            Matcher version = REPLAYED.matcher(line);
            if (version.lookingAt()) {
                hashes.put(Long.parseLong(version.group(1)), version.group(2));
            }
        }
        if (code != 0 && hashes.isEmpty()) {
            throw new Violation("the replay ended with %d:%n%s".formatted(code, replay.tail()));
        }
        return hashes;
    }

    private static String lines(List<String> wrong) {
        int most = 20;
        String lines = String.join(System.lineSeparator(), wrong.subList(0, Math.min(most, wrong.size())));
        return wrong.size() > most ? lines + "%nand %d more".formatted(wrong.size() - most) : lines;
    }

    /** Judges what was read along the way, and whether it is still there for one who reads from the beginning. */
    private static void verify(Cluster cluster, LogReader along, Checker checker, Map<Long, String> replayed)
            throws IOException, InterruptedException, ExecutionException {
        along.read();
        RunLog log = along.whole(Cluster.groups());
        List<String> wrong = checker.check(log, replayed);
        try (LogReader fresh = cluster.reader()) {
            fresh.read();
            wrong.addAll(Checker.stillThere(log, fresh.soFar()));
        }
        if (!wrong.isEmpty()) {
            throw new Violation(lines(wrong));
        }
    }

    private static void report(LogReader reader, Chaos chaos, History history) {
        RunLog log = reader.soFar();
        chaos.struck().forEach((fault, times) -> history.add("%-18s %4d".formatted(fault, times)));
        history.add(
                "%d kills: %d frames, %d poses, %d labels, %d student versions, nothing lost, doubled or out of order"
                        .formatted(
                                chaos.kills(),
                                log.frames().size(),
                                log.poses().size(),
                                log.labels().size(),
                                log.students().size()));
    }
}
