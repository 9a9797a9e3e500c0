package io.apprentice.app.command;

import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import io.apprentice.lab.evaluation.Evaluation;
import io.apprentice.lab.fit.FitJob;
import io.apprentice.lab.fit.ModelCard;
import io.apprentice.lab.fit.Pictures;
import io.apprentice.learning.fit.FitSettings;
import io.apprentice.learning.step.Distillation;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code apprentice fit}. */
@Command(
        name = "fit",
        description = {
            "Fits a network on pictures rendered of the objects, on images of BOP scenes",
            "with ground truth, or on both; alone or distilled from a teacher.",
            "Ctrl-C ends it early and saves. Run the same command again to go on, also",
            "after a kill. Curves are saved beside the weights.",
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
public final class FitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ObjectOptions objects;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Where to save the weights (safetensors).")
    private Path out;

    @Option(
            names = "--start",
            paramLabel = "FILE",
            description = {
                "Weights to go on from, also of a network for other objects: all but the last layers are taken over. "
                        + "Default: untrained."
            })
    private Path start;

    @Mixin
    private FitOptions fit;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the network. Default: one per core.")
    private Integer threads;

    @Mixin
    private PicturesOptions picturesOptions;

    @Mixin
    private DistillationOptions distillationOptions;

    @Option(
            names = "--validate-every",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Images between two validations on held-out synthetic frames. Default: 5000.")
    private int validateEvery;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        try (StopSignal stop = new StopSignal()) {
            if (validateEvery < 1) {
                throw new UserError("--validate-every expected at least 1, got " + validateEvery);
            }
            List<ObjectModel> models = picturesOptions.objects(objects);
            Optional<Distillation> distillation = distillation(models);
            FitSettings settings = settings(distillation);
            if (threads != null) {
                TorchRuntime.useThreads(threads);
            }
            Optional<NetworkWeights> from = start == null ? Optional.empty() : Optional.of(NetworkWeights.read(start));
            Pictures pictures = pictures();
            FitJob job = new FitJob(models, settings, pictures, distillation, terminal);
            NetworkWeights weights = job.run(out, from, validateEvery, stop.requested());
            terminal.line("saved %s: %s, %,d parameters"
                    .formatted(out, weights.architecture().name(), weights.parameters().length));
            String accuracy = stop.requested().isDone()
                    ? "not measured"
                    : Evaluation.onSyntheticFrames(weights, models, 200, settings.seed() + 1)
                            .text();
            terminal.line(accuracy);
            new ModelCard(
                            weights,
                            settings,
                            pictures.text(),
                            distillationOptions.lesson(distillation),
                            spec.commandLine().getParent().getParseResult().originalArgs(),
                            job.images(),
                            job.time(),
                            accuracy)
                    .write(out);
        }
        return 0;
    }

    FitSettings settings(Optional<Distillation> distillation) {
        return fit.settings(distillation);
    }

    Pictures pictures() {
        return picturesOptions.pictures(fit.recipe());
    }

    Optional<Distillation> distillation(List<ObjectModel> models) throws IOException {
        return distillationOptions.distillation(models, fit.recipe());
    }
}
