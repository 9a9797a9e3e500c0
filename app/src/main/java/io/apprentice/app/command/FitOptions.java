package io.apprentice.app.command;

import io.apprentice.app.command.value.DurationConverter;
import io.apprentice.learning.fit.FitSettings;
import io.apprentice.learning.fit.Recipe;
import io.apprentice.learning.step.Distillation;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNetArchitecture;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The network that {@code fit} makes, and how long and how fast it learns. */
final class FitOptions {
    private static final int REPORT_EVERY = 1000;

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
            description = {
                "wdrnet-darknet53, wdrnet-darknet-tiny or wdrnet-darknet-tiny-h (default), whose cells vote for keypoints,",
                "or dense- in place of wdrnet-, whose cells give codes of surface points."
            })
    private String architecture;

    @Option(
            names = "--code-bits",
            paramLabel = "N",
            defaultValue = "12",
            description = "Bits of a dense network's codes, 8 to 16. Default: 12.")
    private int codeBits;

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

    Recipe recipe() {
        return recipe;
    }

    FitSettings settings(Optional<Distillation> distillation) {
        WdrNetArchitecture asked = WdrNetArchitecture.named(architecture, 1, 32, codeBits);
        Backbone backbone = asked.backbone();
        int size = distillation.map(d -> d.teacher().cropSize()).orElse(recipe.cropSize());
        return new FitSettings(
                backbone,
                pyramidWidth == null ? backbone.officialPyramidWidth() : pyramidWidth,
                asked.codeBits(),
                cropSize == null ? size : cropSize,
                batchSize,
                learningRate == null ? recipe.learningRate() : learningRate,
                seed,
                Optional.ofNullable(precision),
                length.budget(),
                REPORT_EVERY,
                recipe);
    }
}
