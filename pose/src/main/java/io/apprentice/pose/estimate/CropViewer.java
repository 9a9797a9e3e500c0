package io.apprentice.pose.estimate;

import io.apprentice.pose.estimate.Search.Sight;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.image.CropWarp;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.CropNetwork;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.LocalHead;
import io.apprentice.pose.prediction.LocalPredictions;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.pose.solve.PnpSolver;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Cuts crops, has the network answer them in batches, and reads the answers. Thread-safe. */
final class CropViewer implements AutoCloseable {

    private final CropNetwork network;
    private final Semaphore turns;
    private final Workers workers;
    private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
    private final Map<String, ObjectModel> objects;
    private final List<String> known;
    private final PnpSolver solver = new EpnpRansac();
    private final int cropSize;
    private final LocalHead head;
    private final CellGrid grid;

    /** See {@link PoseEstimator}; {@code objects} are those that are looked for, by id. */
    CropViewer(
            NetworkWeights weights,
            Map<String, ObjectModel> objects,
            Function<NetworkWeights, CropNetwork> network,
            Workers workers) {
        this.objects = Map.copyOf(objects);
        this.workers = workers;
        known = weights.objects();
        cropSize = weights.cropSize();
        head = weights.architecture().head();
        grid = head.grid(cropSize, cropSize);
        this.network = network.apply(weights);
        turns = new Semaphore(this.network.callsAtATime());
    }

    /**
     * A crop to look at.
     *
     * @param searches for whom, at least one
     * @param solve whether poses are wanted
     */
    record Look(RgbImage frame, Affine2 region, List<Search> searches, boolean solve) {}

    int cropSize() {
        return cropSize;
    }

    LocalPredictions none() {
        return head.none();
    }

    int foregroundWidth() {
        return cropSize / grid.stride(0);
    }

    /**
     * Looks at crops; per look, what each search's object looks like there. A batch's time is divided evenly. Where the network
     * takes several calls at a time, each thread sees to a part of its own, from the crops to the poses.
     */
    List<List<Sight>> view(List<Look> looks) {
        int threads = Math.min(workers.threads(), network.callsAtATime());
        int each = Math.min(network.largestBatch(), Math.max(1, -Math.floorDiv(-looks.size(), threads)));
        List<List<Look>> parts = IntStream.iterate(0, from -> from < looks.size(), from -> from + each)
                .mapToObj(from -> looks.subList(from, Math.min(from + each, looks.size())))
                .toList();
        List<List<List<Sight>>> seen = threads > 1
                ? workers.map(parts, part -> viewAtOnce(part, Workers.none()))
                : parts.stream().map(part -> viewAtOnce(part, workers)).toList();
        return seen.stream().flatMap(List::stream).toList();
    }

    private List<List<Sight>> viewAtOnce(List<Look> batch, Workers helpers) {
        ByteBuffer used = buffers.poll();
        int crop = cropSize * cropSize * 3;
        ByteBuffer crops = used == null ? network.allocate(network.largestBatch() * crop) : used;
        try {
            return viewThrough(crops.clear().limit(batch.size() * crop), batch, helpers);
        } finally {
            buffers.add(crops); // as many as there are callers at once
        }
    }

    private List<List<Sight>> viewThrough(ByteBuffer crops, List<Look> batch, Workers helpers) {
        long start = System.nanoTime();
        List<Integer> items = IntStream.range(0, batch.size()).boxed().toList();
        helpers.map(items, i -> crops.put(i * cropSize * cropSize * 3, crop(batch.get(i))));
        long cropped = System.nanoTime();
        turns.acquireUninterruptibly();
        long asked = System.nanoTime();
        WdrNet.Output output;
        try {
            output = network.run(crops, batch.size(), cropSize, cropSize);
        } finally {
            turns.release();
        }
        long answered = System.nanoTime();
        for (Look look : batch) {
            int shares = batch.size() * look.searches().size();
            look.searches().forEach(search -> search.took((cropped - start) / shares, (answered - asked) / shares, 0));
        }
        return helpers.map(items, i -> {
            Look look = batch.get(i);
            return look.searches().stream()
                    .map(search -> read(output, i, look, search))
                    .toList();
        });
    }

    private byte[] crop(Look look) {
        byte[] crop = new byte[cropSize * cropSize * 3];
        CropWarp.warp(look.frame(), look.region(), cropSize, crop, 0);
        return crop;
    }

    /** Selects cells and, if wanted, solves. */
    private Sight read(WdrNet.Output output, int item, Look look, Search search) {
        long start = System.nanoTime();
        Query query = search.query();
        int count = known.size();
        int classIndex = known.indexOf(query.objectId());
        int logitsAt = item * output.cells() * count;
        LocalPredictions predictions = head.select(grid, output.logits(), logitsAt, output.values(), count, classIndex)
                .mapped(look.region().inverse());
        float[] foreground = new float[grid.levelStart(1)];
        double score = 0;
        for (int cell = 0; cell < output.cells(); cell++) {
            float logit = output.logits()[logitsAt + cell * count + classIndex];
            float p = Float.isNaN(logit) ? 0 : (float) (1 / (1 + Math.exp(-logit)));
            if (cell < foreground.length) {
                foreground[cell] = p;
            }
            score = Math.max(score, p);
        }
        Optional<PnpSolution> pose = look.solve()
                ? solver.solve(objects.get(query.objectId()), predictions, query.intrinsics())
                : Optional.empty();
        search.took(0, 0, System.nanoTime() - start);
        return new Sight(look.region(), predictions, pose, score, foreground);
    }

    @Override
    public void close() {
        network.close();
    }
}
