package io.apprentice.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * What {@code up} has in memory over a long run with many student versions: {@code Soak MINUTES [STEPS_PER_VERSION [PNG]]}. Twice a
 * minute: the heap that is in use after a full collection, and the process's memory that is no file's (heap, native memory, stacks).
 */
public final class Soak {
    private static final int BETWEEN_MILLIS = 30_000;
    private static final double MIB = 1 << 20;
    private static final Pattern VERSION = Pattern.compile("published v(\\d+)");

    /** @param version the newest of the student */
    private record Sample(double minutes, long version, double heap, double memory) {}

    private Soak() {}

    /**
     * Runs it.
     *
     * @throws IOException if {@code up} does not start, or does not end well
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        String minutes = args[0];
        String steps = args.length > 1 ? args[1] : "2";
        Path log = Files.createTempFile("soak", ".log");
        Path summary = Files.createTempFile("soak", ".json");
        Process up = new ProcessBuilder(
                        Servers.project().resolve("apprentice").toString(),
                        "up",
                        "--for=" + minutes + "m",
                        "--no-console",
                        "--set=student.publish-every=" + steps,
                        "--summary=" + summary)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        List<Sample> samples = new ArrayList<>();
        long start = 0;
        while (up.isAlive()) {
            long version = newest(log);
            if (version >= 0) {
                start = start == 0 ? System.nanoTime() : start;
                sample(up.pid(), (System.nanoTime() - start) / 60e9, version).ifPresent(sample -> {
                    samples.add(sample);
                    System.out.printf(
                            "%5.1f min  v%-5d heap %5.0f MiB  memory %5.0f MiB%n",
                            sample.minutes, sample.version, sample.heap, sample.memory);
                });
            }
            Thread.sleep(BETWEEN_MILLIS);
        }
        if (up.exitValue() != 0) {
            throw new IOException("up ended with %d: %s".formatted(up.exitValue(), log));
        }
        System.out.println(Files.readString(summary));
        report(samples);
        if (args.length > 2) {
            draw(samples, new File(args[2]));
        }
    }

    /** The newest version in what {@code up} printed; -1 before the first. */
    private static long newest(Path log) throws IOException {
        Matcher versions = VERSION.matcher(Files.readString(log));
        long newest = -1;
        while (versions.find()) {
            newest = Long.parseLong(versions.group(1));
        }
        return newest;
    }

    private static Optional<Sample> sample(long pid, double minutes, long version)
            throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        String last = lines.get(lines.size() - 1);
        if (histogram.waitFor() != 0 || !last.startsWith("Total")) {
            return Optional.empty(); // it has just ended
        }
        long memory = Files.readAllLines(Path.of("/proc/" + pid, "status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
        double heap = Double.parseDouble(last.strip().split(" +", -1)[2]);
        return Optional.of(new Sample(minutes, version, heap / MIB, memory / 1024.0));
    }

    /** The least and the most of each third. */
    private static void report(List<Sample> samples) {
        System.out.println("third    versions        heap MiB      memory MiB");
        for (int third = 0; third < 3; third++) {
            List<Sample> part = samples.subList(third * samples.size() / 3, (third + 1) * samples.size() / 3);
            DoubleSummaryStatistics heap =
                    part.stream().mapToDouble(Sample::heap).summaryStatistics();
            DoubleSummaryStatistics memory =
                    part.stream().mapToDouble(Sample::memory).summaryStatistics();
            System.out.printf(
                    "%5d  %4d to %4d  %5.0f to %5.0f  %5.0f to %5.0f%n",
                    third + 1,
                    part.get(0).version,
                    part.get(part.size() - 1).version,
                    heap.getMin(),
                    heap.getMax(),
                    memory.getMin(),
                    memory.getMax());
        }
    }

    private static void draw(List<Sample> samples, File png) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(360)
                .title("up, student versions 0 to " + samples.get(samples.size() - 1).version)
                .xAxisTitle("minutes")
                .yAxisTitle("MiB")
                .build();
        chart.getStyler().setYAxisMin(0.0);
        List<Double> minutes = samples.stream().map(Sample::minutes).toList();
        chart.addSeries(
                        "memory of the process, no files",
                        minutes,
                        samples.stream().map(Sample::memory).toList())
                .setMarker(SeriesMarkers.NONE);
        chart.addSeries(
                        "heap in use after a full collection",
                        minutes,
                        samples.stream().map(Sample::heap).toList())
                .setMarker(SeriesMarkers.NONE);
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", png);
    }
}
