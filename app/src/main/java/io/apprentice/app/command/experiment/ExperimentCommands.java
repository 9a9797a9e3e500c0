package io.apprentice.app.command.experiment;

import io.apprentice.app.command.Version;
import picocli.CommandLine.Command;

/** {@code apprentice experiment}. */
@Command(
        name = "experiment",
        description = {
            "Measures how well students learn from their teacher, with several seeds and ways of learning.",
            "Finished runs are kept in --out; run the same command again to go on.",
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "NAME",
        versionProvider = Version.class,
        subcommands = {
            CubeCommand.class,
            TeacherCommand.class,
            ShiftCommand.class,
            GuardCommand.class,
            LmoCommand.class,
            LabelFreeCommand.class
        })
public final class ExperimentCommands {}
