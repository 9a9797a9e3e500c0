package io.apprentice.app.command;

import io.apprentice.app.command.value.TimeConverter;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Reachable;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.export.Export;
import io.apprentice.export.ExportReport;
import io.apprentice.export.Format;
import io.apprentice.export.FrameRange;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.avro.AvroCodecs;
import io.apprentice.streaming.kafka.SpanReader.Span;
import io.apprentice.streaming.kafka.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice export}. */
@Command(
        name = "export",
        description = "Writes a range of the topics as BOP results, TUM trajectories or MCAP.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ExportCommand implements Callable<Integer> {
    private static final long BETWEEN_LINES_NANOS = 1_000_000_000;

    @Mixin
    private SettingsOptions options;

    @Parameters(index = "0", paramLabel = "FORMAT", description = "csv (BOP results), tum (trajectories) or mcap.")
    private Format format;

    @Parameters(index = "1", paramLabel = "FILE", description = "What to write; for tum a folder.")
    private Path file;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Frames that came at this time or later: 2026-01-31T12:00:00Z, milliseconds since 1970, or a"
                    + " duration before now such as 10m. Default: the oldest kept.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Frames that came before this time. Default: now.")
    private Instant to;

    @Option(
            names = "--offsets",
            paramLabel = "PARTITION=FIRST..END",
            description =
                    "Frames at these offsets of the topic frames, END not included, in place of times; repeatable.")
    private Map<Integer, String> offsets = Map.of();

    @Option(names = "--camera", paramLabel = "ID", description = "Only this camera; repeatable.")
    private Set<String> cameras = new TreeSet<>();

    @Option(names = "--only", paramLabel = "OBJECT", description = "Only this object; repeatable.")
    private Set<String> objects = new TreeSet<>();

    @Override
    public Integer call() throws Exception {
        FrameRange range = new FrameRange(Optional.ofNullable(from), Optional.ofNullable(to), spans());
        ApprenticeSettings settings = options.loadForClient(List.of());
        Topics topics = new Topics(settings.topics());
        Set<Topic> needed = new TreeSet<>(format.topics());
        needed.add(Topic.FRAMES);
        Reachable.require(settings, List.copyOf(needed));
        Export export = new Export(
                settings.kafka(),
                AvroCodecs.connect(settings.registry(), topics),
                topics,
                new Export.Request(format, file, range, cameras, objects, settings.objects()));
        ExportReport report = export.run(new ProgressLine());
        Terminal.INSTANCE.show(List.of());
        report.notes().forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%s: %d poses (left out: %d lost, %d skipped), %d images, %d labels, %d records unreadable, %s to %s%n",
                file,
                report.poses(),
                report.lost(),
                report.skipped(),
                report.images(),
                report.labels(),
                report.unreadable(),
                report.first().truncatedTo(ChronoUnit.SECONDS),
                report.last().truncatedTo(ChronoUnit.SECONDS));
        return 0;
    }

    private Map<Integer, Span> spans() {
        Map<Integer, Span> spans = new HashMap<>();
        offsets.forEach((partition, text) -> {
            String[] ends = text.split("\\.\\.", -1);
            if (!text.matches("\\d{1,18}\\.\\.\\d{1,18}")) {
                throw new IllegalArgumentException(
                        "--offsets expected PARTITION=FIRST..END, for example 0=100..200, got '%s=%s'"
                                .formatted(partition, text));
            }
            spans.put(partition, new Span(Long.parseLong(ends[0]), Long.parseLong(ends[1])));
        });
        return spans;
    }

    /** Shows once a second how far it is, where the terminal can redraw. */
    private static final class ProgressLine implements DoubleConsumer {
        private long shownNanos = System.nanoTime();

        @Override
        public void accept(double share) {
            if (Terminal.INSTANCE.draws() && System.nanoTime() - shownNanos > BETWEEN_LINES_NANOS) {
                shownNanos = System.nanoTime();
                Terminal.INSTANCE.show(List.of(String.format(Locale.ROOT, "read: %.0f %%", 100 * share)));
            }
        }
    }
}
