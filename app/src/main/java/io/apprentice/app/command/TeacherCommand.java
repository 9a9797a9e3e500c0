package io.apprentice.app.command;

import io.apprentice.app.live.Networks;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import io.apprentice.lab.experiment.Campaign;
import io.apprentice.lab.experiment.FinishedRuns;
import io.apprentice.lab.experiment.ResultTable;
import io.apprentice.lab.experiment.TeacherTrial;
import io.apprentice.lab.experiment.VideoFootage;
import io.apprentice.learning.online.GuardedTrainingSettings;
import io.apprentice.pose.network.NetworkWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice experiment teacher}. */
@Command(
        name = "teacher",
        description = {
            "The teacher itself learns along a real video, as with teacher.adapt.enabled.",
            "",
            "The video is visp-cube under --data. It learns from its refined labels; what is",
            "measured is its network alone. Kafka is not involved. Writes runs.csv, table.md",
            "and teachers/.",
            "",
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
final class TeacherCommand implements Callable<Integer> {
    private static final String FITTED = "as fitted";

    @Option(names = "--teacher", paramLabel = "FILE", description = "The teacher. Default: the one for the object.")
    private Path teacher = Path.of("");

    @Option(
            names = "--rehearsal",
            split = ",",
            paramLabel = "SHARE",
            description = "Shares of each batch that are rendered, one after the other. Default: 0.5, 0.")
    private List<Double> rehearsal = List.of(0.5, 0.0);

    @Option(
            names = "--loops",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often the video is streamed. Default: 3.")
    private int loops;

    @Option(
            names = "--stride",
            paramLabel = "N",
            defaultValue = "3",
            description = "The teacher looks at every N-th frame. Default: 3.")
    private int stride;

    @Mixin
    private ExperimentCommand.ExampleData data;

    @Mixin
    private ExperimentCommand.Common common;

    private record Plan(String mode, double rehearsal, long seed) {}

    @Override
    public Integer call() throws Exception {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        common.useThreads();
        if (loops < 1 || stride < 1) {
            throw new UserError("--loops and --stride: expected at least 1, got %d and %d".formatted(loops, stride));
        }
        VideoFootage film = ExperimentCommand.Cube.film(data.folder("teacher", "visp-cube"));
        NetworkWeights start = Networks.require(Networks.Role.TEACHER, teacher, List.of(film.object()));
        Path folder = common.folder("teacher");
        FinishedRuns runs = new FinishedRuns(
                folder, "teacher %s loops %d stride %d".formatted(start.sha256().substring(0, 8), loops, stride));
        try (StopSignal stop = new StopSignal()) {
            TeacherTrial run = new TeacherTrial(film, loops, stride, terminal::line, stop.requested()::isDone);
            new Campaign("teacher", common.limit(), terminal::line, stop.requested()::isDone)
                    .run(
                            plans(),
                            plan -> "%s seed %d".formatted(plan.mode(), plan.seed()),
                            plan -> runs.has(plan.mode(), plan.seed()),
                            (plan, what) -> make(plan, run, start, runs, folder));
        }
        String table = table(runs.rows());
        Files.writeString(folder.resolve("table.md"), table);
        terminal.line(table);
        terminal.line("written to " + folder);
        return 0;
    }

    private static GuardedTrainingSettings settings(Plan plan) {
        GuardedTrainingSettings usual = GuardedTrainingSettings.ofTeacher(plan.rehearsal());
        return usual.with(usual.training().withSeed(plan.seed()));
    }

    private static String mode(double rehearsal) {
        return "rehearsal " + rehearsal;
    }

    private List<Plan> plans() {
        return Stream.concat(
                        Stream.of(new Plan(FITTED, 0, 1)),
                        LongStream.rangeClosed(1, common.seeds())
                                .boxed()
                                .flatMap(seed -> rehearsal.stream().map(share -> new Plan(mode(share), share, seed))))
                .toList();
    }

    private static void make(Plan plan, TeacherTrial run, NetworkWeights start, FinishedRuns runs, Path folder)
            throws IOException {
        TeacherTrial.Outcome outcome =
                plan.mode().equals(FITTED) ? run.asItIs(start) : run.learn(start, settings(plan));
        outcome.last()
                .write(folder.resolve("teachers")
                        .resolve("%s-%d.safetensors".formatted(plan.mode().replace(' ', '-'), plan.seed())));
        runs.add(plan.mode(), plan.seed(), outcome.values());
    }

    /** A row per mode and phase. */
    private String table(List<FinishedRuns.Row> rows) {
        List<String> header = new ArrayList<>(List.of("", "seeds"));
        for (String part : List.of("seen", "held")) {
            Stream.of("ADD-0.1d", "ADD-0.05d", "< 5 px").forEach(measure -> header.add(part + ": " + measure));
        }
        header.addAll(List.of("steps", "versions", "minutes"));
        List<List<String>> lines = new ArrayList<>();
        for (String mode : Stream.concat(Stream.of(FITTED), rehearsal.stream().map(TeacherCommand::mode))
                .toList()) {
            List<FinishedRuns.Row> own =
                    rows.stream().filter(row -> row.mode().equals(mode)).toList();
            List<String> phases = mode.equals(FITTED)
                    ? TeacherTrial.PHASES.subList(0, 1)
                    : TeacherTrial.PHASES.subList(loops == 1 ? 1 : 0, 2);
            for (String phase : phases) {
                if (!own.isEmpty()) {
                    lines.add(line(mode, phase, own));
                }
            }
        }
        return ResultTable.markdown(header, lines);
    }

    private List<String> line(String mode, String phase, List<FinishedRuns.Row> own) {
        boolean last = phase.equals(TeacherTrial.PHASES.get(1));
        String when = mode.equals(FITTED) ? "" : ", after showing " + (last ? loops : 1);
        List<String> cells = new ArrayList<>(List.of(mode + when, Integer.toString(own.size())));
        for (String part : List.of("_seen_", "_held_")) {
            Stream.of("add10", "add05", "px5")
                    .forEach(measure -> cells.add(ResultTable.spread(own, phase + part + measure, 3)));
        }
        // these are of the whole run
        Stream.of("steps", "versions", "minutes")
                .forEach(column ->
                        cells.add(last ? ResultTable.spread(own, column, column.equals("steps") ? 0 : 1) : ""));
        return cells;
    }
}
