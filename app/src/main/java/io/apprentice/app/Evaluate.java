package io.apprentice.app;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice evaluate}. */
@Command(
        name = "evaluate",
        description = "Tells how accurate a network is on fresh synthetic frames.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class Evaluate implements Callable<Integer> {
    @Mixin
    private ObjectOptions objects;

    @Option(names = "--weights", required = true, paramLabel = "FILE", description = "The network (safetensors).")
    private Path weights;

    @Option(names = "--frames", paramLabel = "N", defaultValue = "300", description = "How many frames. Default: 300.")
    private int frames;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1000", description = "Which scene. Default: 1000.")
    private long seed;

    @Override
    public Integer call() throws Exception {
        List<ObjectModel> models = objects.load();
        NetworkWeights network = Networks.read(weights, models);
        System.out.println(
                Evaluation.onSyntheticFrames(network, models, frames, seed).text());
        return 0;
    }
}
