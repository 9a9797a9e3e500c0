package io.apprentice.app.command.experiment;

import io.apprentice.app.live.Networks;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.experiment.Experiment;
import io.apprentice.lab.experiment.Mode;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Option;

/** A student that learns along a film. */
abstract class StudentExperimentCommand extends ExperimentCommand {
    private final List<String> usualModes;

    @Option(names = "--teacher", paramLabel = "FILE", description = "The teacher. Default: the one for the object.")
    private Path teacher = Path.of("");

    @Option(
            names = "--student",
            paramLabel = "FILE",
            description = "The student to start with. Default: the one for the object.")
    private Path student = Path.of("");

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description = {
                "frozen, none, pairwise, distribution:official, distribution:converged, distribution:scale-aware;",
                "MODE/adaptive: the student directs how often the teacher labels, at most every 2 x --stride frames;",
                "MODE/guarded: as with --guard; for shift also MODE/until-shift.",
                "Default: all of the first line for cube; for shift frozen, and scale-aware until the shift, going on,"
                        + " and adaptive; for guard scale-aware with and without it."
            })
    private List<String> modes = List.of();

    @Option(
            names = "--stride",
            paramLabel = "N",
            defaultValue = "4",
            description = "The teacher labels every N-th frame. Default: 4.")
    private int stride;

    @Option(
            names = "--steps-per-label",
            paramLabel = "X",
            defaultValue = "1",
            description = "Gradient steps per label. Default: 1.")
    private double stepsPerLabel;

    @Option(
            names = "--publish-every",
            paramLabel = "N",
            defaultValue = "50",
            description = "Steps between two versions. Default: 50.")
    private int publishEvery;

    @Option(
            names = "--guard",
            description = "Publish behind the guard in all modes, as the services do; adaptive ones always do.")
    private boolean guard;

    @Option(
            names = "--refine",
            description = "Correct the teacher's labels by comparing the frames with the object's known appearance.")
    private boolean refine;

    StudentExperimentCommand(String name, List<String> usualModes) {
        super(name);
        this.usualModes = usualModes;
    }

    /** How often the film is shown. */
    abstract int loops();

    /** Runs what is left; gives the table. */
    abstract String run(Experiment experiment) throws IOException;

    final Networks networks(ObjectModel object) throws IOException {
        List<ObjectModel> objects = List.of(object);
        return new Networks(
                Optional.of(Networks.require(Networks.Role.TEACHER, teacher, objects)),
                Networks.require(Networks.Role.STUDENT, student, objects));
    }

    @Override
    final String run(Path folder, Terminal terminal, CompletableFuture<Void> stop) throws IOException {
        return run(new Experiment(
                new Experiment.Options(
                        name(),
                        (modes.isEmpty() ? usualModes : modes)
                                .stream().map(Mode::of).toList(),
                        seeds(),
                        loops(),
                        stride,
                        stepsPerLabel,
                        publishEvery,
                        guard,
                        refine,
                        limit(),
                        folder),
                terminal::line,
                stop::isDone));
    }
}
