package io.apprentice.app.command;

import io.apprentice.app.live.Infrastructure;
import io.apprentice.app.live.RunningInstance;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code apprentice broker}. */
@Command(
        name = "broker",
        description = "Runs only a broker and a registry, for services that are started separately, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class BrokerCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    @Mixin
    private DataOption data;

    @Override
    public Integer call() {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        try (StopSignal stop = new StopSignal();
                Infrastructure infrastructure = Infrastructure.start(options.load(data.settings()), terminal);
                RunningInstance here = infrastructure.announce("")) {
            terminal.line("running until Ctrl-C; other commands on this machine find %s by themselves"
                    .formatted(here.broker()));
            stop.requested().join();
        }
        return 0;
    }
}
