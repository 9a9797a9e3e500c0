package io.apprentice.app.command;

import io.apprentice.app.live.AllInOne;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Summary;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.ingest.Rate;
import io.apprentice.lab.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice up}. */
@Command(
        name = "up",
        description = {
            "Runs everything in one process: broker, registry, cameras, teacher, trainer, inference.",
            "Ends when all cameras have ended and everything is processed, after --for, or by Ctrl-C."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
public final class UpCommand implements Callable<Integer> {
    @Mixin
    private CameraOptions cameras;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private DataOption data;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Stop after this time, for example 3m.")
    private Duration limit;

    @Option(names = "--summary", paramLabel = "FILE", description = "Write the results of the run as JSON.")
    private Path summary;

    @Option(names = "--stride", paramLabel = "N", description = "The teacher labels every n-th frame.")
    private Integer stride;

    @Option(names = "--teacher", paramLabel = "FILE", description = "The teacher's weights (safetensors).")
    private Path teacher;

    @Option(names = "--student", paramLabel = "FILE", description = "The starting student's weights (safetensors).")
    private Path student;

    @Option(
            names = "--fit-for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "5m",
            description =
                    "How long to fit a teacher and a student first, if no network knows the objects. Default: 5m.")
    private Duration fitFor;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        try (StopSignal stop = new StopSignal()) {
            ApprenticeSettings settings = settings();
            if (summary != null && !Files.isDirectory(summary.toAbsolutePath().getParent())) {
                throw new UserError("--summary " + summary + ": expected a file in a folder that exists");
            }
            AllInOne.run(settings, Optional.ofNullable(limit), fitFor, terminal, this::report, stop.requested());
        }
        return 0;
    }

    private void report(Summary result) {
        Terminal.INSTANCE.line(result.json());
        if (summary != null) {
            result.write(summary);
        }
    }

    private ApprenticeSettings settings() throws Exception {
        List<String> own = new ArrayList<>(cameras.settings());
        own.addAll(data.settings());
        if (stride != null) {
            own.add("teacher.stride=" + stride);
        }
        if (teacher != null) {
            own.add("teacher.weights=" + teacher);
        }
        if (student != null) {
            own.add("student.weights=" + student);
        }
        ApprenticeSettings settings = options.load(own);
        if (settings.ingest().rate().equals(Rate.MAX)) {
            // faster than live: nothing is skipped unless the user sets it so
            own.addAll(0, List.of("teacher.mode=replay", "student.mode=replay", "inference.mode=replay"));
            settings = options.load(own);
        }
        return settings;
    }
}
