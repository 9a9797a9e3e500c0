package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.RunningInstance;
import io.apprentice.lab.UserError;
import io.apprentice.streaming.avro.RegistrySettings;
import io.apprentice.streaming.kafka.KafkaSettings;
import io.apprentice.streaming.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that every command with settings has. */
public final class SettingsOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with settings; 'apprentice config' prints all.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting, for example student.publish-every=20; repeatable.")
    private List<String> set = List.of();

    @Option(
            names = "--object",
            paramLabel = "ID=SPEC",
            description = "An object: builtin:parcel or a mesh file (PLY, OBJ); repeatable.")
    private List<String> objects = List.of();

    /**
     * The settings, with a command's own options; --set overrides these.
     *
     * @param own {@code key=value}
     * @throws SettingsException if a key or a value is wrong
     */
    public ApprenticeSettings load(List<String> own) {
        return load(ApprenticeSettings.defaults(new KafkaSettings(Map.of()), RegistrySettings.DEFAULTS), own);
    }

    /** The same for commands that use a running broker and registry: by default those of this machine. */
    public ApprenticeSettings loadForClient(List<String> own) {
        RunningInstance here =
                RunningInstance.find().orElse(new RunningInstance("127.0.0.1:9092", "http://127.0.0.1:8081", ""));
        return load(
                ApprenticeSettings.defaults(KafkaSettings.of(here.broker()), RegistrySettings.of(here.registry())),
                own);
    }

    private ApprenticeSettings load(ApprenticeSettings defaults, List<String> own) {
        List<String> overrides = new ArrayList<>(own);
        overrides.addAll(set);
        for (String object : objects) {
            if (!object.matches("[^=]+=.+")) {
                throw new UserError("--object expected ID=SPEC, for example mug=mug.ply, got '" + object + "'");
            }
            overrides.add("objects." + object);
        }
        return Settings.load(defaults, Optional.ofNullable(config), System.getenv(), overrides);
    }
}
