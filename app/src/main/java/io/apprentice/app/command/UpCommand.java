package io.apprentice.app.command;

import io.apprentice.app.command.value.DurationConverter;
import io.apprentice.app.live.AllInOne;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Networks;
import io.apprentice.app.live.Summary;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice up}. */
@Command(
        name = "up",
        description = {
            "Runs everything in one process: broker, registry, cameras, teacher, trainer, inference, console.",
            "Ends when all cameras have ended and everything is processed, after --for, or by Ctrl-C."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
public final class UpCommand implements Callable<Integer> {
    @Mixin
    private RunOptions run;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Stop after this time, for example 3m.")
    private Duration limit;

    @Option(names = "--summary", paramLabel = "FILE", description = "Write the results of the run as JSON.")
    private Path summary;

    @Option(
            names = "--fit-for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "5m",
            description =
                    "How long to fit a teacher and a student first for each object, if no network knows them. Default: 5m.")
    private Duration fitFor;

    @Option(
            names = "--architecture",
            paramLabel = "KIND",
            defaultValue = "VOTES",
            description = "Of networks that are not named: votes, whose cells vote for keypoints, or dense, whose cells"
                    + " give codes of surface points. Default: votes.")
    private Networks.Kind kind;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        try (StopSignal stop = new StopSignal()) {
            ApprenticeSettings settings = run.settings();
            if (summary != null && !Files.isDirectory(summary.toAbsolutePath().getParent())) {
                throw new UserError("--summary " + summary + ": expected a file in a folder that exists");
            }
            AllInOne.run(settings, Optional.ofNullable(limit), kind, fitFor, terminal, this::report, stop.requested());
        }
        return 0;
    }

    private void report(Summary result) {
        Terminal.INSTANCE.line(result.json());
        if (summary != null) {
            result.write(summary);
        }
    }
}
