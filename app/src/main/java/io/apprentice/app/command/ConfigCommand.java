package io.apprentice.app.command;

import io.apprentice.streaming.settings.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code apprentice config}. */
@Command(
        name = "config",
        description = "Prints the settings in effect as YAML, secrets masked; the output is a valid --config file.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ConfigCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    @Mixin
    private CameraOptions cameras;

    @Override
    public Integer call() {
        System.out.print(Settings.describe(options.load(cameras.settings())));
        return 0;
    }
}
