package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.CellSelection;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.pose.solve.PnpSolver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Estimates poses with one network. An object with a known region or last pose is looked for there first; without one, or
 * when it is not there, in the whole frame and then in the crop around what was found. Batched; not thread-safe.
 */
public final class PoseEstimator implements AutoCloseable {

    private static final int LARGEST_BATCH = 16;

    private final WdrNet network;
    private final Map<String, ObjectModel> objects = new HashMap<>();
    private final Map<String, Integer> classes = new HashMap<>();
    private final PnpSolver solver;
    private final int cropSize;
    private final CellGrid grid;

    /**
     * Compiles the network.
     *
     * @param weights a network whose metadata names its objects
     * @param objects the objects to look for, each among the network's
     * @throws IllegalArgumentException if the network does not know one of the objects
     */
    public PoseEstimator(NetworkWeights weights, List<ObjectModel> objects, Precision precision) {
        List<String> known = weights.objects();
        for (ObjectModel object : objects) {
            if (!known.contains(object.id())) {
                throw new IllegalArgumentException(
                        "object '%s': the network knows only %s".formatted(object.id(), known));
            }
            this.objects.put(object.id(), object);
            classes.put(object.id(), known.indexOf(object.id()));
        }
        cropSize = weights.cropSize();
        grid = CellGrid.of(cropSize, cropSize, weights.architecture().levels());
        solver = new EpnpRansac();
        network = new WdrNet(weights, precision);
    }

    /** One query's way through up to three looks. */
    private static final class Search {
        final Query query;
        Affine2 region;
        boolean wholeFrame;
        KeypointVotes votes;
        Optional<PnpSolution> pose = Optional.empty();
        double score;
        float[] foreground;
        long cropNanos;
        long networkNanos;
        long solveNanos;

        Search(Query query) {
            this.query = query;
        }
    }

    /** Side of the crops, pixels. */
    public int cropSize() {
        return cropSize;
    }

    /** Answers every query, in order. */
    public List<Estimate> estimate(List<Query> queries) {
        List<Search> searches = queries.stream().map(Search::new).toList();
        List<Search> hinted = new ArrayList<>();
        List<Search> unknown = new ArrayList<>();
        for (Search search : searches) {
            Query query = search.query;
            Optional<Affine2> hint = query.region()
                    .or(() -> query.lastPose()
                            .flatMap(pose ->
                                    Regions.aroundPose(object(query).keypoints(), pose, query.intrinsics(), cropSize)));
            hint.ifPresent(region -> search.region = region);
            (hint.isPresent() ? hinted : unknown).add(search);
        }
        look(hinted);
        hinted.stream().filter(search -> search.pose.isEmpty()).forEach(unknown::add);
        for (Search search : unknown) {
            search.region = Regions.wholeFrame(search.query.intrinsics(), cropSize);
            search.wholeFrame = true;
        }
        look(unknown);
        List<Search> found = new ArrayList<>();
        for (Search search : unknown) {
            Regions.aroundVotes(search.votes, search.query.intrinsics(), cropSize)
                    .ifPresent(region -> {
                        search.region = region;
                        search.wholeFrame = false;
                        found.add(search);
                    });
        }
        look(found);
        return searches.stream().map(this::answer).toList();
    }

    /**
     * A solution as a consumer wants it, who follows an object: of the poses that look the same, the one nearest to the last;
     * without a last one, the canonical one. An {@link Estimate} has the pose that its votes are for.
     */
    public PnpSolution steady(Query query, PnpSolution solution) {
        SymmetryGroup symmetries = object(query).symmetries();
        Quaternion wanted = query.lastPose().map(Se3::rotation).orElse(Quaternion.IDENTITY);
        return symmetries.isSymmetric()
                ? solution.times(symmetries.towards(solution.objectToCamera(), wanted))
                : solution;
    }

    private ObjectModel object(Query query) {
        ObjectModel object = objects.get(query.objectId());
        if (object == null) {
            throw new IllegalArgumentException(
                    "object '%s': expected one of %s".formatted(query.objectId(), objects.keySet()));
        }
        return object;
    }

    private void look(List<Search> searches) {
        for (int from = 0; from < searches.size(); from += LARGEST_BATCH) {
            lookAtOnce(searches.subList(from, Math.min(from + LARGEST_BATCH, searches.size())));
        }
    }

    private void lookAtOnce(List<Search> batch) {
        long start = System.nanoTime();
        int cropBytes = cropSize * cropSize * 3;
        byte[] crops = new byte[batch.size() * cropBytes];
        for (int i = 0; i < batch.size(); i++) {
            CropWarp.warp(batch.get(i).query.frame(), batch.get(i).region, cropSize, crops, i * cropBytes);
        }
        long cropped = System.nanoTime();
        WdrNet.Output output = network.run(crops, batch.size(), cropSize, cropSize);
        long answered = System.nanoTime();
        for (int i = 0; i < batch.size(); i++) {
            Search search = batch.get(i);
            search.cropNanos += (cropped - start) / batch.size();
            search.networkNanos += (answered - cropped) / batch.size();
            long solving = System.nanoTime();
            read(output, i, search);
            search.solveNanos += System.nanoTime() - solving;
        }
    }

    /** Selects cells and, in a crop around the object, solves. */
    private void read(WdrNet.Output output, int item, Search search) {
        int count = network.weights().architecture().classes();
        int classIndex = classes.get(search.query.objectId());
        int logitsAt = item * output.cells() * count;
        KeypointVotes cropVotes = CellSelection.select(
                grid, output.logits(), logitsAt, output.votes(), item * output.cells() * count * 16, count, classIndex);
        search.votes = cropVotes.mapped(search.region.inverse());
        search.foreground = new float[grid.levelStart(1)];
        search.score = 0;
        for (int cell = 0; cell < output.cells(); cell++) {
            float p = (float) (1 / (1 + Math.exp(-output.logits()[logitsAt + cell * count + classIndex])));
            if (cell < search.foreground.length) {
                search.foreground[cell] = p;
            }
            search.score = Math.max(search.score, p);
        }
        search.pose = search.wholeFrame
                ? Optional.empty()
                : solver.solve(object(search.query).keypoints(), search.votes, search.query.intrinsics());
    }

    private Estimate answer(Search search) {
        return new Estimate(
                search.query.objectId(),
                search.region,
                cropSize,
                search.votes,
                search.pose,
                search.score,
                search.foreground,
                cropSize / grid.stride(0),
                Map.of(
                        "crop", search.cropNanos / 1000,
                        "network", search.networkNanos / 1000,
                        "solve", search.solveNanos / 1000));
    }

    @Override
    public void close() {
        network.close();
    }
}
