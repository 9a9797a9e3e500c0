package io.apprentice.app.command.experiment;

import io.apprentice.app.command.Version;
import io.apprentice.app.command.value.DurationConverter;
import io.apprentice.app.live.Home;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.experiment.Campaign;
import io.apprentice.pose.network.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all experiments share: seeds, where they write, when they end. A subclass defines what is run. */
@Command(mixinStandardHelpOptions = true, sortOptions = false, versionProvider = Version.class)
abstract class ExperimentCommand implements Callable<Integer> {
    static final String ANSWERED_FIRST =
            "Each frame is answered before its label is learnt from. Kafka is not involved.";
    static final String WRITES = "Writes runs.csv, curves.csv, curves.png, table.md and pictures of frames.";

    private final String name;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "5", description = "Seeds 1 to N. Default: 5.")
    private int seeds;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to write. Default: .apprentice/experiments/NAME.")
    private Path out;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Start no run after this time, for example 30m.")
    private Duration limit;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the networks. Default: one per core.")
    private Integer threads;

    ExperimentCommand(String name) {
        this.name = name;
    }

    /**
     * Runs what is left of the experiment.
     *
     * @param stop completed when the user wants to stop
     * @return the table
     */
    abstract String run(Path folder, Terminal terminal, CompletableFuture<Void> stop) throws IOException;

    @Override
    public final Integer call() throws Exception {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        if (threads != null) {
            TorchRuntime.useThreads(threads);
        }
        Path folder = out != null ? out : Home.work().resolve("experiments").resolve(name);
        try (StopSignal stop = new StopSignal()) {
            terminal.line(run(folder, terminal, stop.requested()));
            terminal.line("written to " + folder);
        }
        return 0;
    }

    final String name() {
        return name;
    }

    final int seeds() {
        return seeds;
    }

    final Optional<Duration> limit() {
        return Optional.ofNullable(limit);
    }

    /** Makes one run after the other and reports on it. */
    final Campaign campaign(Terminal terminal, CompletableFuture<Void> stop) {
        return new Campaign(name, limit(), terminal::line, stop::isDone);
    }
}
