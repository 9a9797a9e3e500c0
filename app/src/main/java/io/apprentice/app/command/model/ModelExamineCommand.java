package io.apprentice.app.command.model;

import io.apprentice.app.command.ObjectOptions;
import io.apprentice.app.command.Version;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.lab.ObjectNetworks;
import io.apprentice.lab.UserError;
import io.apprentice.lab.evaluation.SearchExam;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice model examine}. */
@Command(
        name = "examine",
        description = {
            "Searches rendered frames with and without the objects, and notes in the file",
            "below which score they are LOST. 'fit' does so by itself."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ModelExamineCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Weights (safetensors); written anew.")
    private Path file;

    @Mixin
    private ObjectOptions objects;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the frames. Default: 1.")
    private long seed;

    @Override
    public Integer call() throws Exception {
        List<ObjectModel> models = objects.load();
        NetworkWeights weights = ObjectNetworks.read(file, models);
        List<ObjectModel> classes = weights.objects().stream()
                .map(id -> models.stream()
                        .filter(model -> model.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> new UserError(
                                "%s knows '%s': name its mesh with --object %s=FILE".formatted(file, id, id))))
                .toList();
        try (StopSignal stop = new StopSignal()) {
            List<SearchExam> exam = SearchExam.of(weights, classes, SearchExam.FRAMES, seed, stop.requested()::isDone);
            exam.forEach(result -> System.out.println(result.text()));
            if (!stop.requested().isDone()) {
                NetworkWeights noted = SearchExam.noted(weights.withBoxes(classes), exam);
                noted.write(file);
                System.out.println("sha256 " + noted.sha256());
            }
        }
        return 0;
    }
}
