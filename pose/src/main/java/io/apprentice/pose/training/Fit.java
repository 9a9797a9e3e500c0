package io.apprentice.pose.training;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.scene.TrainingCrop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Offline training on synthetic crops. Rendering runs ahead on its own thread, so that the network never waits. The learning
 * rate rises linearly over the first twentieth of the budget and then falls linearly to almost nothing.
 */
public final class Fit {

    private static final double WARM_UP = 0.05;
    private static final int BATCHES_AHEAD = 6;

    private final List<ObjectModel> objects;
    private final FitSettings settings;

    /** Trains one class per object, in this order. */
    public Fit(List<ObjectModel> objects, FitSettings settings) {
        this.objects = List.copyOf(objects);
        this.settings = settings;
    }

    /**
     * How the training stands.
     *
     * @param images crops seen so far
     * @param done share of the budget spent, 0 to 1
     * @param losses averages since the last report
     * @param imagesPerSecond since the last report
     * @param secondsLeft estimate
     * @param weights what would be saved if it ended now
     */
    public record Progress(
            long images,
            double done,
            StepLosses losses,
            double imagesPerSecond,
            double secondsLeft,
            NetworkWeights weights) {}

    /**
     * Runs until the budget is spent or {@code stop} says so.
     *
     * @param start weights to go on from; empty: untrained
     * @param crops crop number i, the same for the same i
     * @param report called every {@link FitSettings#reportEvery()} images and at the end
     * @return averaged weights, without the auxiliary output
     */
    public NetworkWeights run(
            Optional<NetworkWeights> start,
            LongFunction<TrainingCrop> crops,
            BooleanSupplier stop,
            Consumer<Progress> report) {
        NetworkWeights initial = start.orElseGet(() ->
                        NetworkWeights.initial(settings.architecture(objects.size()), settings.seed(), metadata()))
                .withMetadata(metadata());
        SurfacePatches patches = new SurfacePatches(objects, settings.patchesPerObject(objects.size()));
        NetworkWeights trained = withFreshPatches(initial, patches.count());
        Precision precision = settings.precision().orElseGet(TorchRuntime::fastestPrecision);
        try (Renderer renderer = new Renderer(crops, patches);
                TrainingStep step =
                        new TrainingStep(trained, objects, TrainingSettings.offline(), settings.seed(), precision)) {
            loop(renderer, step, stop, report);
            return step.averagedWeights().withoutPatches();
        }
    }

    private void loop(Renderer renderer, TrainingStep step, BooleanSupplier stop, Consumer<Progress> report) {
        long begin = System.nanoTime();
        long images = 0;
        long reportedImages = 0;
        long reportedAt = begin;
        List<StepLosses> recent = new ArrayList<>();
        double done = 0;
        while (done < 1 && !stop.getAsBoolean()) {
            double rise = Math.min(1, done / WARM_UP);
            double fall = (1 - done) / (1 - WARM_UP);
            double rate = settings.learningRate() * Math.max(0.001, Math.min(rise, fall));
            recent.add(step.step(renderer.next(), Math.max(rate, settings.learningRate() * 0.001)));
            images += settings.batchSize();
            long now = System.nanoTime();
            done = settings.budget().done(images, now - begin);
            if (images - reportedImages >= settings.reportEvery() || done >= 1) {
                double speed = (images - reportedImages) / ((now - reportedAt) / 1e9);
                double left = (now - begin) / 1e9 * (1 - done) / Math.max(done, 1e-9);
                report.accept(new Progress(
                        images,
                        done,
                        StepLosses.average(recent),
                        speed,
                        left,
                        step.averagedWeights().withoutPatches()));
                reportedImages = images;
                reportedAt = System.nanoTime();
                recent.clear();
            }
        }
    }

    private Map<String, String> metadata() {
        return Map.of(
                NetworkWeights.OBJECTS,
                String.join(",", objects.stream().map(ObjectModel::id).toList()),
                NetworkWeights.CROP_SIZE,
                Integer.toString(settings.cropSize()));
    }

    /** Random weights for the auxiliary output, so that its gradient breaks the symmetry of the patches. */
    private NetworkWeights withFreshPatches(NetworkWeights weights, int count) {
        NetworkWeights extended = weights.withPatches(count);
        NetworkWeights fresh = NetworkWeights.initial(extended.architecture(), settings.seed(), weights.metadata());
        int common = weights.withoutPatches().parameters().length;
        float[] parameters = fresh.parameters();
        System.arraycopy(weights.parameters(), 0, parameters, 0, common);
        return new NetworkWeights(extended.architecture(), parameters, weights.buffers(), weights.metadata());
    }

    /** Renders batches ahead on a thread of its own. */
    private final class Renderer implements AutoCloseable {

        private final BlockingQueue<List<TrainingSample>> queue = new ArrayBlockingQueue<>(BATCHES_AHEAD);
        private final LongFunction<TrainingCrop> crops;
        private final SurfacePatches patches;
        private final CellGrid grid;
        private final Thread thread = new Thread(this::work, "fit-renderer");
        private volatile RuntimeException failure;

        Renderer(LongFunction<TrainingCrop> crops, SurfacePatches patches) {
            this.crops = crops;
            this.patches = patches;
            grid = CellGrid.of(
                    settings.cropSize(),
                    settings.cropSize(),
                    settings.backbone().levels());
            thread.setDaemon(true);
            thread.start();
        }

        private void work() {
            try {
                for (long index = 0; ; ) {
                    List<TrainingSample> batch = new ArrayList<>();
                    for (int i = 0; i < settings.batchSize(); i++) {
                        batch.add(sample(crops.apply(index++)));
                    }
                    queue.put(batch);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failure = e;
            }
        }

        private TrainingSample sample(TrainingCrop crop) {
            int[] labels =
                    patches.labels(crop.classIndex(), crop.surface(), settings.cropSize(), grid, grid.levelStart(2));
            return new TrainingSample(
                    crop.rgb(),
                    crop.classIndex(),
                    crop.frameToCrop(),
                    crop.frameIntrinsics(),
                    Optional.of(crop.objectToCamera()),
                    crop.mask(),
                    Optional.empty(),
                    labels);
        }

        List<TrainingSample> next() {
            try {
                while (true) {
                    List<TrainingSample> batch = queue.poll(1, TimeUnit.SECONDS);
                    if (batch != null) {
                        return batch;
                    }
                    if (failure != null) {
                        throw new IllegalStateException("rendering failed", failure);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for crops", e);
            }
        }

        @Override
        public void close() {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
