package io.apprentice.app;

import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.scene.CropSettings;
import io.apprentice.pose.training.FitSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code apprentice fit}. */
@Command(
        name = "fit",
        description = {
            "Fits a network on pictures that are rendered of the objects; Ctrl-C ends it early and saves.",
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Main.Version.class)
final class FitCommand implements Callable<Integer> {
    private static final int REPORT_EVERY = 1000;

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

    @Option(names = "--start", paramLabel = "FILE", description = "Weights to go on from. Default: untrained.")
    private Path start;

    @Option(
            names = "--architecture",
            paramLabel = "NAME",
            defaultValue = "wdrnet-darknet-tiny-h",
            description = "wdrnet-darknet53, wdrnet-darknet-tiny or wdrnet-darknet-tiny-h (default).")
    private String architecture;

    @Option(
            names = "--pyramid-width",
            paramLabel = "N",
            description = "Channels of pyramid and head, a multiple of 32. Default: the architecture's own.")
    private Integer pyramidWidth;

    @Option(
            names = "--crop-size",
            paramLabel = "PIXELS",
            defaultValue = "128",
            description = "Side of the crops. Default: 128.")
    private int cropSize;

    @ArgGroup(multiplicity = "1")
    private Length length;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "16", description = "Crops per step. Default: 16.")
    private int batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            defaultValue = "0.002",
            description = "Highest learning rate. Default: 0.002.")
    private double learningRate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of weights and pictures. Default: 1.")
    private long seed;

    @Option(
            names = "--precision",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. Default: the fastest here.")
    private Precision precision;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the network. Default: one per core.")
    private Integer threads;

    @Option(
            names = "--views",
            paramLabel = "WHICH",
            description = "upper: the object stands on a table; sphere: seen from anywhere.")
    private CropSettings.Views views = CropSettings.DEFAULT.views();

    @Option(
            names = "--backgrounds",
            paramLabel = "DIR",
            description = "Pictures to use as backgrounds beside drawn ones.")
    private Path backgrounds;

    /** How long: one of two. */
    private static final class Length {
        @Option(
                names = "--for",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                description = "How long, for example 30m.")
        private Duration time;

        @Option(names = "--images", paramLabel = "N", description = "How many crops to see; repeats exactly.")
        private Long images;

        FitSettings.Budget budget() {
            return time == null ? FitSettings.Budget.ofImages(images) : FitSettings.Budget.ofTime(time);
        }
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = Terminal.INSTANCE;
        terminal.useStandardOutput();
        try (StopSignal stop = new StopSignal()) {
            List<ObjectModel> models = objects.load();
            Backbone backbone = Backbone.named(architecture);
            FitSettings settings = new FitSettings(
                    backbone,
                    pyramidWidth == null ? backbone.officialPyramidWidth() : pyramidWidth,
                    cropSize,
                    batchSize,
                    learningRate,
                    seed,
                    Optional.ofNullable(precision),
                    length.budget(),
                    REPORT_EVERY);
            if (threads != null) {
                TorchRuntime.useThreads(threads);
            }
            CropSettings crops =
                    new CropSettings(views, CropSettings.DEFAULT.wideShare(), Optional.ofNullable(backgrounds));
            Optional<NetworkWeights> from = start == null ? Optional.empty() : Optional.of(NetworkWeights.read(start));
            FitJob job = new FitJob(models, settings, crops, terminal);
            long begin = System.nanoTime();
            NetworkWeights weights = job.run(out.getFileName().toString(), from, stop.requested());
            Duration time = Duration.ofNanos(System.nanoTime() - begin);
            weights.write(out);
            terminal.line("saved %s: %s, %,d parameters"
                    .formatted(out, weights.architecture().name(), weights.parameters().length));
            String accuracy = stop.requested().isDone()
                    ? "not measured"
                    : Evaluation.onSyntheticFrames(weights, models, 200, seed + 1)
                            .text();
            terminal.line(accuracy);
            new ModelCard(
                            weights,
                            settings,
                            spec.commandLine().getParent().getParseResult().originalArgs(),
                            job.images(),
                            time,
                            accuracy)
                    .write(out);
        }
        return 0;
    }
}
