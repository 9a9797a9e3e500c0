package io.apprentice.app.command.model;

import io.apprentice.app.command.SettingsOptions;
import io.apprentice.app.command.Version;
import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.ObjectChoice;
import io.apprentice.app.live.Reachable;
import io.apprentice.app.live.Services;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.service.ServiceContext;
import io.apprentice.trainer.Lineage;
import io.apprentice.trainer.StudentReplay;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice replay}. */
@Command(
        name = "replay",
        description = {
            "Computes the versions of a student again, from the topics alone, and compares them to the last bit.",
            "Needs the trainer's settings and objects, and all frames and labels since the student's start."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    @Option(names = "--student", paramLabel = "ID", description = "The student. Default: student.id.")
    private String student;

    @Option(names = "--to", paramLabel = "VERSION", description = "The last version to compute. Default: the newest.")
    private Long to;

    @Override
    public Integer call() throws Exception {
        ApprenticeSettings settings =
                options.loadForClient(student == null ? List.of() : List.of("student.id=" + student));
        Reachable.require(settings, List.of(Topic.TRAINING_ORDER, Topic.STUDENT_MODELS));
        ServiceContext context = Services.readingContext(settings);
        long version =
                to != null ? to : Lineage.read(context, settings.student().id()).newest();
        StudentReplay replay =
                new StudentReplay(context, settings.student(), ObjectChoice.load(ObjectChoice.of(settings)), version);
        List<String> others = new ArrayList<>(replay.madeBy());
        others.remove(TorchRuntime.fingerprint());
        others.forEach(made ->
                System.out.printf("made by %s; here: %s. Bits may differ.%n", made, TorchRuntime.fingerprint()));
        List<StudentReplay.Result> differing = new ArrayList<>();
        try (StopSignal stop = new StopSignal()) {
            replay.run(
                    folded -> show(folded, replay.labels()),
                    result -> {
                        Terminal.INSTANCE.line(text(result));
                        if (!result.equal()) {
                            differing.add(result);
                        }
                    },
                    stop.requested()::isDone);
        }
        Terminal.INSTANCE.show(List.of());
        return differing.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static void show(long folded, long all) {
        if (Terminal.INSTANCE.draws()) {
            Terminal.INSTANCE.show(List.of("%d of %d labels".formatted(folded, all)));
        }
    }

    private static String text(StudentReplay.Result result) {
        String name = "version %d  %s".formatted(result.version(), result.got());
        return result.equal()
                ? name + "  equal"
                : "%s  DIFFERS from %s%s"
                        .formatted(
                                name,
                                result.expected(),
                                result.largestDifference().isPresent()
                                        ? String.format(
                                                Locale.ROOT,
                                                ", weights by at most %.3g",
                                                result.largestDifference().getAsDouble())
                                        : "");
    }
}
