package io.apprentice.learning.fit;

import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNetArchitecture;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to train, and for how long.
 *
 * @param backbone feature extractor
 * @param pyramidWidth channels of pyramid and head, or of a dense network's decoder
 * @param codeBits bits of the codes of a dense network; 0: one that votes
 * @param cropSize side of the crops, pixels
 * @param batchSize crops per gradient step
 * @param learningRate highest learning rate
 * @param seed of initial weights and every random choice
 * @param precision number format inside the network; empty: the fastest that the machine has
 * @param budget when to stop
 * @param reportEvery images between two reports
 * @param recipe losses and schedule
 */
public record FitSettings(
        Backbone backbone,
        int pyramidWidth,
        int codeBits,
        int cropSize,
        int batchSize,
        double learningRate,
        long seed,
        Optional<Precision> precision,
        Budget budget,
        int reportEvery,
        Recipe recipe) {

    private static final int PATCHES = 48;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public FitSettings {
        int step = Math.max(32, new WdrNetArchitecture(backbone, 1, pyramidWidth, codeBits, 0, 0).cropStep());
        require(
                cropSize >= 64 && cropSize <= 512 && cropSize % step == 0,
                "crop size",
                "a multiple of %d, 64 to 512".formatted(step),
                cropSize);
        require(batchSize >= 2 && batchSize <= 256, "batch size", "2 to 256", batchSize);
        require(learningRate > 0 && learningRate <= 1, "learning rate", "above 0, at most 1", learningRate);
        require(reportEvery >= 1, "report every", "at least 1", reportEvery);
    }

    /** Settings of a network that votes. */
    public FitSettings(
            Backbone backbone,
            int pyramidWidth,
            int cropSize,
            int batchSize,
            double learningRate,
            long seed,
            Optional<Precision> precision,
            Budget budget,
            int reportEvery,
            Recipe recipe) {
        this(
                backbone,
                pyramidWidth,
                0,
                cropSize,
                batchSize,
                learningRate,
                seed,
                precision,
                budget,
                reportEvery,
                recipe);
    }

    private static void require(boolean holds, String name, String expected, Number value) {
        if (!holds) {
            throw new IllegalArgumentException("%s: expected %s, got %s".formatted(name, expected, value));
        }
    }

    WdrNetArchitecture architecture(int classes) {
        return new WdrNetArchitecture(backbone, classes, pyramidWidth, codeBits, 0, 0);
    }

    /** Patches of the auxiliary loss per object: fewer for each if there are many objects. */
    int patchesPerObject(int objects) {
        return Math.max(12, PATCHES / objects);
    }

    /**
     * When training ends: after a number of images, which repeats exactly, or after a time.
     *
     * @param images crops to see
     * @param time wall-clock time to spend
     */
    public record Budget(OptionalLong images, Optional<Duration> time) {

        /**
         * Checks that exactly one is given.
         *
         * @throws IllegalArgumentException otherwise, or if it is not above 0
         */
        public Budget {
            if (images.isPresent() == time.isPresent()) {
                throw new IllegalArgumentException("budget: expected a number of images or a time, not both");
            }
            if (images.orElse(1) <= 0
                    || time.map(t -> t.isNegative() || t.isZero()).orElse(false)) {
                throw new IllegalArgumentException("budget: expected more than nothing");
            }
        }

        /** A budget of this many images. */
        public static Budget ofImages(long images) {
            return new Budget(OptionalLong.of(images), Optional.empty());
        }

        /** A budget of this much time. */
        public static Budget ofTime(Duration time) {
            return new Budget(OptionalLong.empty(), Optional.of(time));
        }

        double done(long imagesSeen, long nanos) {
            return images.isPresent()
                    ? (double) imagesSeen / images.getAsLong()
                    : (double) nanos / time.orElseThrow().toNanos();
        }
    }
}
