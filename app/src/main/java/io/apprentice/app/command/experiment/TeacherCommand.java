package io.apprentice.app.command.experiment;

import io.apprentice.app.live.Networks;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import io.apprentice.lab.experiment.TeacherExperiment;
import io.apprentice.lab.experiment.VideoFootage;
import io.apprentice.pose.network.NetworkWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice experiment teacher}. */
@Command(
        name = "teacher",
        description = {
            "The teacher itself learns along a real video, as with teacher.adapt.enabled.",
            "",
            "The video is visp-cube under --data. The teacher learns from its refined labels;",
            "only its network is measured. Kafka is not involved. Writes runs.csv, table.md",
            "and teachers/.",
            "",
        })
final class TeacherCommand extends ExperimentCommand {
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
            description = "The teacher labels every N-th frame. Default: 3.")
    private int stride;

    @Mixin
    private ExampleData data;

    TeacherCommand() {
        super("teacher");
    }

    @Override
    String run(Path folder, Terminal terminal, CompletableFuture<Void> stop) throws IOException {
        if (loops < 1 || stride < 1) {
            throw new UserError("--loops and --stride: expected at least 1, got %d and %d".formatted(loops, stride));
        }
        VideoFootage film = CubeCommand.film(data.folder("teacher", "visp-cube"));
        NetworkWeights start = Networks.require(Networks.Role.TEACHER, teacher, List.of(film.object()));
        return new TeacherExperiment(film, start, rehearsal, seeds(), loops, stride, folder)
                .run(campaign(terminal, stop), terminal::line, stop::isDone);
    }
}
