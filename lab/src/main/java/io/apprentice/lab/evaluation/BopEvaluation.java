package io.apprentice.lab.evaluation;

import io.apprentice.lab.ObjectNetworks;
import io.apprentice.lab.UserError;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.recordings.bop.BopDataset;
import io.apprentice.recordings.bop.BopResult;
import io.apprentice.recordings.bop.BopResults;
import io.apprentice.recordings.bop.BopScores;
import io.apprentice.recordings.bop.BopTarget;
import io.apprentice.recordings.bop.BopTargets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How accurate a network, or recorded estimates, are on a BOP dataset. */
public final class BopEvaluation {
    /** Distances a thousand times too small, within this factor, are in metres. */
    private static final double UNIT_TOLERANCE = 4;

    private final Path dataset;
    private final boolean listed;
    private final List<BopTarget> targets;

    /**
     * Reads the targets.
     *
     * @param listed the targets that the dataset lists; otherwise all of which at least a tenth is visible
     * @throws IOException if a file is missing or broken
     * @throws UserError if there are no targets
     */
    public BopEvaluation(Path dataset, boolean listed) throws IOException {
        this.dataset = dataset;
        this.listed = listed;
        targets = listed ? BopTargets.listed(dataset) : BopTargets.visible(dataset);
        if (targets.isEmpty()) {
            throw new UserError(dataset + ": expected objects to find, but there are none");
        }
    }

    /**
     * Scores recorded estimates.
     *
     * @param results BOP results, csv
     * @throws UserError if they are for other images, or their translations seem to be in metres
     */
    public BopReport ofRecorded(Path results) throws IOException {
        List<BopResult> estimates = BopResults.read(results);
        Set<List<Integer>> images = targets.stream()
                .map(target -> List.of(target.scene(), target.image()))
                .collect(Collectors.toSet());
        if (!estimates.isEmpty() && estimates.stream().noneMatch(e -> images.contains(List.of(e.scene(), e.image())))) {
            throw new UserError(
                    "%s: expected estimates for images of %s, such as scene %d image %d, got scene %d image %d"
                            .formatted(
                                    results,
                                    dataset,
                                    targets.get(0).scene(),
                                    targets.get(0).image(),
                                    estimates.get(0).scene(),
                                    estimates.get(0).image()));
        }
        checkUnit(results, estimates);
        return report(results, targets, estimates);
    }

    /** Metres where millimetres are expected would score 0, without a hint why. */
    private void checkUnit(Path results, List<BopResult> estimates) {
        double found = median(estimates.stream().map(e -> e.objectToCamera().translation()));
        double truth = median(targets.stream().map(target -> {
            Vec3 t = target.truth().objectToCamera().translation();
            return new double[] {t.x(), t.y(), t.z()};
        }));
        double ratio = found / truth;
        if (ratio > 0.001 / UNIT_TOLERANCE && ratio < 0.001 * UNIT_TOLERANCE) {
            throw new UserError(String.format(
                    Locale.ROOT,
                    "%s: expected translations in millimetres, got a median distance of %.3g where the objects are %.3g mm"
                            + " away; these seem to be metres: multiply them by 1000",
                    results,
                    1000 * found,
                    1000 * truth));
        }
    }

    private static double median(Stream<double[]> translations) {
        double[] lengths = translations
                .mapToDouble(t -> Math.sqrt(Arrays.stream(t).map(x -> x * x).sum()))
                .sorted()
                .toArray();
        return lengths.length == 0 ? Double.NaN : lengths[lengths.length / 2];
    }

    /**
     * Scores a network; only objects that it knows count.
     *
     * @param weights its file
     * @param save where its answers are written as BOP results, csv
     * @throws UserError if it knows no object of the dataset
     */
    public BopReport ofNetwork(Path weights, BopAnswers.Roi roi, Precision precision, Optional<Path> save)
            throws IOException {
        NetworkWeights network = NetworkWeights.read(weights);
        List<BopTarget> known = BopAnswers.known(targets, network);
        Set<Integer> numbers = BopAnswers.numbers(known);
        if (numbers.isEmpty()) {
            throw new UserError(
                    "%s: expected a network that knows an object of %s, such as obj_000001, this one knows %s"
                            .formatted(weights, dataset, network.objects()));
        }
        BopAnswers answers = new BopAnswers(dataset, numbers, roi);
        List<BopResult> estimates = answers.answers(ObjectNetworks.read(weights, answers.objects()), precision, known);
        if (save.isPresent()) {
            BopResults.write(save.get(), estimates);
        }
        return report(weights, known, estimates);
    }

    private BopReport report(Path source, List<BopTarget> wanted, List<BopResult> estimates) throws IOException {
        return new BopReport(
                source.toString(),
                listed ? "listed" : "visible",
                BopScores.of(BopDataset.evaluationModels(dataset), wanted, estimates));
    }
}
