package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.ingest.pace.Rate;
import io.apprentice.teacher.TeacherSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say what {@code up} runs. */
final class RunOptions {
    @Mixin
    private CameraOptions cameras;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private DataOption data;

    @Option(names = "--stride", paramLabel = "N", description = "The teacher labels every n-th frame.")
    private Integer stride;

    @Option(
            names = "--teacher",
            paramLabel = "WHO",
            description = {
                "Who teaches: a network's weights (safetensors); results:FILE.csv, recorded estimates in BOP's format;",
                "java:ID, a class of yours; or external, a program of yours (docs/own-teacher.md)."
            })
    private String teacher;

    @Option(names = "--student", paramLabel = "FILE", description = "The starting student's weights (safetensors).")
    private Path student;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            description = "Port of the page. Default: 8090 if it is free, else any.")
    private Integer consolePort;

    @Option(names = "--no-console", description = "Serve no page.")
    private boolean noConsole;

    /** What these options come to. */
    ApprenticeSettings settings() {
        List<String> own = new ArrayList<>(cameras.settings());
        own.addAll(data.settings());
        if (stride != null) {
            own.add("teacher.stride=" + stride);
        }
        if (teacher != null) {
            own.add(TeacherSource.setting(teacher));
        }
        if (student != null) {
            own.add("student.weights=" + student);
        }
        if (consolePort != null) {
            own.add("console.port=" + consolePort);
        }
        if (noConsole) {
            own.add("console.enabled=false");
        }
        ApprenticeSettings settings = options.load(own);
        if (settings.ingest().rate().equals(Rate.MAX)) {
            // faster than live: nothing is skipped unless the user sets it so
            own.addAll(0, List.of("teacher.mode=replay", "student.mode=replay", "inference.mode=replay"));
            settings = options.load(own);
        }
        return settings;
    }
}
