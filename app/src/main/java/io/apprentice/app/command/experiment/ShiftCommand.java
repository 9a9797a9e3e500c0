package io.apprentice.app.command.experiment;

import io.apprentice.lab.experiment.TeacherError;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code apprentice experiment shift}. */
@Command(
        name = "shift",
        description = {
            "A synthetic scene; light, table and background change for good after two minutes.",
            "",
            ExperimentCommand.ANSWERED_FIRST,
            ExperimentCommand.WRITES,
            "",
        })
final class ShiftCommand extends SceneExperimentCommand {
    ShiftCommand() {
        super(
                "shift",
                List.of(
                        "frozen",
                        "distribution:scale-aware/until-shift",
                        "distribution:scale-aware",
                        "distribution:scale-aware/adaptive"));
    }

    @Override
    double change() {
        return 120;
    }

    @Override
    Optional<TeacherError> error() {
        return Optional.empty();
    }
}
