package io.apprentice.app.command;

import io.apprentice.app.live.Networks;
import io.apprentice.app.live.ObjectChoice;
import io.apprentice.app.terminal.StopSignal;
import io.apprentice.app.terminal.Terminal;
import io.apprentice.lab.UserError;
import io.apprentice.lab.evaluation.Evaluation;
import io.apprentice.lab.fit.DistillationKind;
import io.apprentice.lab.fit.FitJob;
import io.apprentice.lab.fit.ModelCard;
import io.apprentice.lab.fit.Pictures;
import io.apprentice.learning.fit.FitSettings;
import io.apprentice.learning.fit.Recipe;
import io.apprentice.learning.step.AlignmentSetting;
import io.apprentice.learning.step.Distillation;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
            "Fits a network on pictures rendered of the objects, on images of BOP scenes",
            "with ground truth, or on both; alone or distilled from a teacher.",
            "Ctrl-C ends it early and saves; the same command goes on, also after a kill. Curves lie beside the weights.",
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
public final class FitCommand implements Callable<Integer> {
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

    @Option(
            names = "--start",
            paramLabel = "FILE",
            description = {
                "Weights to go on from, also of a network for other objects: all but the last layers is taken over. "
                        + "Default: untrained."
            })
    private Path start;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            description = {
                "Losses, schedule and the defaults of other options: ours, or official as in the official code.",
                "Default: ours."
            })
    private Recipe recipe = Recipe.OURS;

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
            description = "Side of the crops. Default: the teacher's, else 128; official: 256.")
    private Integer cropSize;

    @ArgGroup(multiplicity = "1")
    private Length length;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "16", description = "Crops per step. Default: 16.")
    private int batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            description = "Highest learning rate. Default: 0.002; official: 0.001.")
    private Double learningRate;

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
            names = "--roll",
            paramLabel = "DEGREES",
            description = "With --views upper: how far the camera rolls to either side. Default: 30.")
    private double roll = CropSettings.DEFAULT.roll();

    @Option(
            names = "--distance",
            split = ",",
            arity = "1",
            paramLabel = "DIAMETERS",
            description = "Nearest and farthest distance in diameters of the object. Default: 1.3,3.5.")
    private List<Double> distance = List.of(CropSettings.DEFAULT.nearest(), CropSettings.DEFAULT.farthest());

    @Option(
            names = "--wide-share",
            paramLabel = "X",
            description =
                    "Share of crops that show much more than the object, to find it by. Default: 0.12; official: 0.")
    private Double wideShare;

    @Option(
            names = "--backgrounds",
            paramLabel = "DIR",
            description = "Pictures (JPEG, PNG) behind and on things, beside drawn patterns: busy photographs help.")
    private Path backgrounds;

    @Option(
            names = "--bop",
            split = ",",
            paramLabel = "SCENE",
            description = "Fit on the images of BOP scenes (DATASET/train/000001) too; repeatable. Objects are called"
                    + " obj_000001 and so on; default: all that the scenes show. Test on other scenes than these.")
    private List<Path> bop = List.of();

    @Option(
            names = "--bop-share",
            paramLabel = "X",
            description = "Share of crops from --bop; 1: nothing is rendered. Default: 0.5.")
    private Double bopShare;

    @Option(
            names = "--teacher",
            paramLabel = "FILE",
            description = "Weights of a network that knows the objects, to learn from beside the truth.")
    private Path teacher;

    @Option(
            names = "--distill",
            split = ",",
            paramLabel = "WHAT",
            description = {
                "What to take from the teacher: ${COMPLETION-CANDIDATES}, or several with commas.",
                "Default: distribution with a teacher, else none."
            })
    private Set<DistillationKind> distill;

    @Option(
            names = "--alignment",
            paramLabel = "SETTING",
            description = "Of distribution: ${COMPLETION-CANDIDATES}. Default: scale_aware; official: official.")
    private AlignmentSetting alignment;

    @Option(
            names = "--alignment-weight",
            paramLabel = "X",
            description = "Weight of distribution and pairwise per image. Default: 2; official, converged: 0.3125.")
    private Double alignmentWeight;

    @Option(names = "--feature-weight", paramLabel = "X", description = "Weight of feature per image. Default: 0.1.")
    private double featureWeight = DistillationKind.FEATURE_WEIGHT;

    @Option(
            names = "--validate-every",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Images between two looks at held-out synthetic frames. Default: 5000.")
    private int validateEvery;

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
            List<ObjectModel> models = objects();
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
                    : Evaluation.onSyntheticFrames(weights, models, 200, seed + 1)
                            .text();
            terminal.line(accuracy);
            new ModelCard(
                            weights,
                            settings,
                            pictures.text(),
                            lesson(distillation),
                            spec.commandLine().getParent().getParseResult().originalArgs(),
                            job.images(),
                            job.time(),
                            accuracy)
                    .write(out);
        }
        return 0;
    }

    FitSettings settings(Optional<Distillation> distillation) {
        Backbone backbone = Backbone.named(architecture);
        int size = distillation.map(d -> d.teacher().cropSize()).orElse(recipe.cropSize());
        return new FitSettings(
                backbone,
                pyramidWidth == null ? backbone.officialPyramidWidth() : pyramidWidth,
                cropSize == null ? size : cropSize,
                batchSize,
                learningRate == null ? recipe.learningRate() : learningRate,
                seed,
                Optional.ofNullable(precision),
                length.budget(),
                REPORT_EVERY,
                recipe);
    }

    Pictures pictures() {
        if (distance.size() != 2) {
            throw new UserError("--distance expected NEAREST,FARTHEST, for example 1.3,3.5, got " + distance);
        }
        CropSettings crops = new CropSettings(
                views,
                roll,
                distance.get(0),
                distance.get(1),
                wideShare == null ? recipe.wideShare() : wideShare,
                Optional.ofNullable(backgrounds));
        double share = bop.isEmpty() ? 0 : Pictures.DEFAULT_SHARE;
        return new Pictures(crops, bop, bopShare == null ? share : bopShare);
    }

    private List<ObjectModel> objects() throws IOException {
        if (bop.isEmpty() || !objects.specs().isEmpty()) {
            return objects.load();
        }
        List<ObjectModel> shown = ObjectChoice.load(ObjectChoice.ofScenes(bop));
        if (shown.isEmpty()) {
            throw new UserError(
                    "--bop %s: expected scenes with ground truth (scene_gt.json), found none".formatted(bop));
        }
        return shown;
    }

    /** @throws UserError if the options do not fit together */
    Optional<Distillation> distillation(List<ObjectModel> models) throws IOException {
        if (validateEvery < 1) {
            throw new UserError("--validate-every expected at least 1, got " + validateEvery);
        }
        Set<DistillationKind> wanted = distill != null
                ? distill
                : Set.of(teacher == null ? DistillationKind.NONE : DistillationKind.DISTRIBUTION);
        if (wanted.contains(DistillationKind.NONE)) {
            if (wanted.size() > 1) {
                throw new UserError("--distill expected none alone, got " + wanted);
            }
            return Optional.empty();
        }
        if (teacher == null) {
            throw new UserError("--distill %s expected --teacher FILE, got none".formatted(wanted));
        }
        return Optional.of(DistillationKind.from(
                Networks.read(teacher, models),
                wanted,
                alignment == null ? recipe.alignment() : alignment,
                Optional.ofNullable(alignmentWeight),
                featureWeight));
    }

    /** For the model card. */
    private String lesson(Optional<Distillation> distillation) {
        return distillation
                .map(d -> "the truth, and the teacher %s (sha256 `%s`): %s"
                        .formatted(
                                teacher.getFileName(),
                                d.teacher().sha256(),
                                distill == null ? DistillationKind.DISTRIBUTION : distill))
                .orElse("the truth");
    }
}
