package io.apprentice.app.command.experiment;

import io.apprentice.lab.experiment.TeacherError;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code apprentice experiment guard}. */
@Command(
        name = "guard",
        description = {
            "A synthetic scene; after --after seconds the teacher goes wrong for good,",
            "at least as confident as before.",
            "",
            ExperimentCommand.ANSWERED_FIRST,
            ExperimentCommand.WRITES,
            "",
        })
final class GuardCommand extends SceneExperimentCommand {
    @Option(
            names = "--error",
            paramLabel = "ERROR",
            defaultValue = "turned",
            description = {
                "turned: it takes the back for the front; late: its labels are five seconds old.",
                "Default: turned."
            })
    private TeacherError error;

    @Option(
            names = "--after",
            paramLabel = "X",
            defaultValue = "180",
            description = "Seconds until the teacher goes wrong. Default: 180.")
    private double after;

    GuardCommand() {
        super("guard", List.of("distribution:scale-aware", "distribution:scale-aware/guarded"));
    }

    @Override
    double change() {
        return after;
    }

    @Override
    Optional<TeacherError> error() {
        return Optional.of(error);
    }
}
