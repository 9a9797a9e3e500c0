package io.apprentice.app;

import io.apprentice.app.command.BrokerCommand;
import io.apprentice.app.command.ConfigCommand;
import io.apprentice.app.command.ConsoleCommand;
import io.apprentice.app.command.DeadLettersCommand;
import io.apprentice.app.command.DoctorCommand;
import io.apprentice.app.command.EvaluateCommand;
import io.apprentice.app.command.ExportCommand;
import io.apprentice.app.command.FitCommand;
import io.apprentice.app.command.LookCommand;
import io.apprentice.app.command.ObjectCommand;
import io.apprentice.app.command.PosesCommand;
import io.apprentice.app.command.ServiceCommands;
import io.apprentice.app.command.StatusCommand;
import io.apprentice.app.command.UpCommand;
import io.apprentice.app.command.Version;
import io.apprentice.app.command.experiment.ExperimentCommands;
import io.apprentice.app.command.model.ModelCommand;
import io.apprentice.app.command.model.ReplayCommand;
import io.apprentice.app.live.Home;
import io.apprentice.app.terminal.Failures;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import io.apprentice.streaming.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.RunLast;

/** {@code apprentice}: the command line. */
@Command(
        name = "apprentice",
        description = "A compact network learns on the job from a big one: cameras in, 6D object poses out.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            BrokerCommand.class,
            ServiceCommands.Ingest.class,
            ServiceCommands.Teacher.class,
            ServiceCommands.Trainer.class,
            ServiceCommands.Inference.class,
            ConsoleCommand.class,
            PosesCommand.class,
            StatusCommand.class,
            DeadLettersCommand.class,
            ExportCommand.class,
            ConfigCommand.class,
            DoctorCommand.class,
            LookCommand.class,
            FitCommand.class,
            EvaluateCommand.class,
            ModelCommand.class,
            ReplayCommand.class,
            ObjectCommand.class,
            ExperimentCommands.class,
            GenerateCompletion.class,
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; the reason is the last line on standard error, details are in .apprentice/logs",
            "2:wrong usage or a wrong setting",
            "130:stopped by Ctrl-C"
        },
        footer = {
            "",
            "Settings: defaults, then --config FILE (YAML), then environment variables (student.publish-every is",
            "APPRENTICE_STUDENT_PUBLISH_EVERY), then --set key=value and the commands' own options.",
            "Completion: source <(./apprentice generate-completion)"
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        String command = args.length == 0 || args[0].startsWith("-") ? "apprentice" : args[0].replaceAll("[^a-z-]", "");
        Path log = Home.log(command);
        // the registry's client writes to java.util.logging by default, which would go to the terminal
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        LogManager.getLogManager().reset();
        if (System.getenv().getOrDefault("TERM", "dumb").equals("dumb")) {
            System.setProperty("picocli.ansi", "false"); // a terminal that would show colours as signs
        }
        System.exit(commandLine(log).execute(args));
    }

    /** The command line; whatever fails is explained in one line, with details in the file {@code log}. */
    public static CommandLine commandLine(Path log) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler((e, args) -> {
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            System.err.println("apprentice: " + e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(
                    e, e.getCommandLine().getErr());
            System.err.println("'" + name + " --help' lists the options");
            return ExitCode.USAGE;
        });
        commandLine.setExecutionStrategy(parsed -> {
            try {
                return new RunLast().execute(parsed);
            } catch (LinkageError e) { // a library that does not load
                throw new ExecutionException(
                        parsed.commandSpec().commandLine(), Failures.explain(e), new UserError(Failures.explain(e), e));
            }
        });
        commandLine.setExecutionExceptionHandler((e, line, parsed) -> {
            LoggerFactory.getLogger(Main.class).info("failed: {}", String.join(" ", parsed.originalArgs()), e);
            Terminal.INSTANCE.show(List.of());
            System.err.println(
                    "apprentice: " + Failures.explain(e) + (Failures.expected(e) ? "" : " (see " + log + ")"));
            return e instanceof SettingsException ? ExitCode.USAGE : ExitCode.SOFTWARE;
        });
        return commandLine;
    }
}
