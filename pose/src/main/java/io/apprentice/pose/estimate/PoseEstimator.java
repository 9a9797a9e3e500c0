package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.CellSelection;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSettings;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.pose.solve.PnpSolver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Estimates poses with one network. An object with a known region or last pose is looked for there first; without one, or
 * when it is not there, in the whole frame and then in the crop around what was found. Batched. Thread-safe: while the network
 * answers one caller's batch, another's may be cut and solved.
 */
public final class PoseEstimator implements AutoCloseable {

    private final NetworkWeights weights;
    private final CropNetwork network;
    private final Workers workers;
    private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
    private final Map<String, ObjectModel> objects = new HashMap<>();
    private final Map<String, Integer> classes = new HashMap<>();
    private final PnpSolver solver;
    private final int cropSize;
    private final CellGrid grid;

    /**
     * Compiles the network; everything else runs on the caller's thread.
     *
     * @param weights a network whose metadata names its objects
     * @param objects the objects to look for, each among the network's
     * @throws IllegalArgumentException if the network does not know one of the objects
     */
    public PoseEstimator(NetworkWeights weights, List<ObjectModel> objects, Precision precision) {
        this(weights, objects, known -> new WdrNet(known, precision), Workers.none());
    }

    /**
     * The same with another network, or with help.
     *
     * @param network makes the network that answers; closed with this
     * @param workers cut the crops and solve; not closed with this
     */
    public PoseEstimator(
            NetworkWeights weights,
            List<ObjectModel> objects,
            Function<NetworkWeights, CropNetwork> network,
            Workers workers) {
        List<String> known = weights.objects();
        for (ObjectModel object : objects) {
            if (!known.contains(object.id())) {
                throw new IllegalArgumentException(
                        "object '%s': the network knows only %s".formatted(object.id(), known));
            }
            this.objects.put(object.id(), object);
            classes.put(object.id(), known.indexOf(object.id()));
        }
        this.weights = weights;
        this.workers = workers;
        cropSize = weights.cropSize();
        grid = CellGrid.of(cropSize, cropSize, weights.architecture().levels());
        solver = new EpnpRansac();
        this.network = network.apply(weights);
    }

    /** One query's way through up to three looks, or one look to confirm another search. */
    private static final class Search {
        final Query query;
        Affine2 region;
        boolean wholeFrame;
        boolean unled;
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
        return search(queries).stream().map(this::answer).toList();
    }

    /**
     * The same, but a pose that no hint led to counts only if a look around it finds the same pose again: keypoints that are, on
     * the mean, within a tenth of the apparent size. Fewer things are then taken for the object where it is not in the picture.
     * The answer is that of the first looks.
     */
    public List<Estimate> estimateConfirmed(List<Query> queries) {
        List<Search> searches = search(queries);
        Map<Search, Search> again = new LinkedHashMap<>();
        for (Search search : searches) {
            if (search.unled && search.pose.isPresent()) {
                Query query = search.query;
                Search second = new Search(query);
                Regions.aroundPose(
                                object(query).keypoints(),
                                search.pose.get().objectToCamera(),
                                query.intrinsics(),
                                cropSize)
                        .ifPresent(region -> second.region = region);
                again.put(search, second);
            }
        }
        look(again.values().stream().filter(second -> second.region != null).toList());
        again.forEach((first, second) -> {
            first.cropNanos += second.cropNanos;
            first.networkNanos += second.networkNanos;
            first.solveNanos += second.solveNanos;
            first.pose = first.pose.filter(pose -> second.pose
                    .filter(other -> agree(first.query, pose.objectToCamera(), other.objectToCamera()))
                    .isPresent());
        });
        return searches.stream().map(this::answer).toList();
    }

    private boolean agree(Query query, Se3 one, Se3 other) {
        List<Vec3> keypoints = object(query).keypoints();
        CameraIntrinsics camera = query.intrinsics();
        Optional<ProjectedBox> box = ProjectedBox.of(keypoints, one, camera);
        if (box.isEmpty() || ProjectedBox.of(keypoints, other, camera).isEmpty()) {
            return false;
        }
        double sum = 0;
        for (Vec3 keypoint : keypoints) {
            Vec3 p = one.transform(keypoint);
            Vec3 q = other.transform(keypoint);
            sum += Math.hypot(camera.projectX(p) - camera.projectX(q), camera.projectY(p) - camera.projectY(q));
        }
        return sum / keypoints.size()
                <= PnpSettings.DEFAULT.relativeThreshold() * box.get().longerSide();
    }

    private List<Search> search(List<Query> queries) {
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
            search.unled = true;
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
        return searches;
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
        int most = network.largestBatch();
        for (int from = 0; from < searches.size(); from += most) {
            lookAtOnce(searches.subList(from, Math.min(from + most, searches.size())));
        }
    }

    private void lookAtOnce(List<Search> batch) {
        ByteBuffer crops = buffer(batch.size() * cropSize * cropSize * 3);
        try {
            lookThrough(crops, batch);
        } finally {
            buffers.add(crops); // as many as there are callers at once
        }
    }

    private ByteBuffer buffer(int bytes) {
        ByteBuffer used = buffers.poll();
        return used == null || used.capacity() < bytes
                ? ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder())
                : used.clear().limit(bytes);
    }

    private void lookThrough(ByteBuffer crops, List<Search> batch) {
        long start = System.nanoTime();
        List<Integer> items = IntStream.range(0, batch.size()).boxed().toList();
        workers.map(items, i -> crops.put(i * cropSize * cropSize * 3, crop(batch.get(i))));
        long cropped = System.nanoTime();
        long asked;
        WdrNet.Output output;
        synchronized (network) {
            asked = System.nanoTime();
            output = network.run(crops, batch.size(), cropSize, cropSize);
        }
        long answered = System.nanoTime();
        for (Search search : batch) {
            search.cropNanos += (cropped - start) / batch.size();
            search.networkNanos += (answered - asked) / batch.size();
        }
        workers.map(items, i -> {
            long solving = System.nanoTime();
            read(output, i, batch.get(i));
            return batch.get(i).solveNanos += System.nanoTime() - solving;
        });
    }

    private byte[] crop(Search search) {
        byte[] crop = new byte[cropSize * cropSize * 3];
        CropWarp.warp(search.query.frame(), search.region, cropSize, crop, 0);
        return crop;
    }

    /** Selects cells and, in a crop around the object, solves. */
    private void read(WdrNet.Output output, int item, Search search) {
        int count = weights.architecture().classes();
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
