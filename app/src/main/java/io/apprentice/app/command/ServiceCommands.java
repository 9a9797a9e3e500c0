package io.apprentice.app.command;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Infrastructure;
import io.apprentice.app.live.Networks;
import io.apprentice.app.live.ObjectChoice;
import io.apprentice.app.live.Services;
import io.apprentice.app.live.Watch;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.streaming.service.Service;
import io.apprentice.teacher.TeacherSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code apprentice ingest}, {@code teacher}, {@code trainer} and {@code inference}: one service each in a process of
 * its own.
 */
public abstract class ServiceCommands implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    /** The command's own options as settings. */
    abstract List<String> own();

    abstract Service service(Services services, ApprenticeSettings settings, List<ObjectModel> models)
            throws IOException;

    @Override
    public final Integer call() throws Exception {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        try (StopSignal stop = new StopSignal()) {
            ApprenticeSettings settings = options.loadForClient(own());
            Map<String, String> objects = ObjectChoice.of(settings);
            List<ObjectModel> models = ObjectChoice.load(objects);
            try (Services services =
                            StopSignal.unlessStopped(stop.requested(), () -> new Services(settings, objects, models));
                    Service service = service(services, settings, models)) {
                terminal.line("%s: broker %s, registry %s, metrics %s"
                        .formatted(
                                service.name(),
                                settings.kafka().properties().get(Infrastructure.BOOTSTRAP),
                                settings.registry().url(),
                                services.metricsUrl()));
                service.start();
                Watch.untilEnd(service, services, terminal, stop.requested());
            }
        }
        return 0;
    }

    @Command(
            name = "ingest",
            description = "Sends the frames of cameras to the topic 'frames'; ends when all cameras have ended.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    public static final class Ingest extends ServiceCommands {
        @Mixin
        private CameraOptions cameras;

        @Override
        List<String> own() {
            return cameras.settings();
        }

        @Override
        Service service(Services services, ApprenticeSettings settings, List<ObjectModel> models) throws IOException {
            return services.ingest();
        }
    }

    @Command(
            name = "teacher",
            description = "Labels frames: 'frames' to 'local-predictions'.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    public static final class Teacher extends ServiceCommands {
        @Option(names = "--stride", paramLabel = "N", description = "Label every n-th frame.")
        private Integer stride;

        @Option(
                names = {"--teacher", "--weights"},
                paramLabel = "WHO",
                description = "A network's weights (safetensors), results:FILE.csv (BOP's format) or java:ID.")
        private String teacher;

        @Override
        List<String> own() {
            List<String> own = new ArrayList<>();

            if (stride != null) {
                own.add("teacher.stride=" + stride);
            }
            if (teacher != null) {
                own.add(TeacherSource.setting(teacher));
            }
            return own;
        }

        @Override
        Service service(Services services, ApprenticeSettings settings, List<ObjectModel> models) throws IOException {
            return services.teacher();
        }
    }

    @Command(
            name = "trainer",
            description = "Trains the student: 'local-predictions' to 'student-models'.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    public static final class Trainer extends ServiceCommands {
        @Option(names = "--weights", paramLabel = "FILE", description = "The starting student's weights (safetensors).")
        private Path weights;

        @Override
        List<String> own() {
            return weights == null ? List.of() : List.of("student.weights=" + weights);
        }

        @Override
        Service service(Services services, ApprenticeSettings settings, List<ObjectModel> models) throws IOException {
            return services.trainer(
                    Networks.require(Networks.Role.STUDENT, settings.student().weights(), models));
        }
    }

    @Command(
            name = "inference",
            description = "Answers every frame with the newest student: 'frames' to 'poses'.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    public static final class Inference extends ServiceCommands {
        @Override
        List<String> own() {
            return List.of();
        }

        @Override
        Service service(Services services, ApprenticeSettings settings, List<ObjectModel> models) {
            return services.inference();
        }
    }
}
