package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Services;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.console.ConsoleService;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.streaming.service.Service;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code apprentice console}. */
@Command(
        name = "console",
        description = "Serves the page: what cameras, teacher and student see, and how it went.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ConsoleCommand extends ServiceCommands {
    @Option(names = "--port", paramLabel = "PORT", description = "Default: 8090 if it is free, else any.")
    private Integer port;

    @Override
    List<String> own() {
        return port == null ? List.of() : List.of("console.port=" + port);
    }

    @Override
    Service service(Services services, ApprenticeSettings settings, List<ObjectModel> models) throws IOException {
        ConsoleService console = services.console();
        Terminal.INSTANCE.line("console: " + console.url());
        return console;
    }
}
