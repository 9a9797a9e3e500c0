package io.apprentice.learning.fit;

import io.apprentice.learning.sample.CropsAhead;
import io.apprentice.learning.step.Distillation;
import io.apprentice.learning.step.StepLosses;
import io.apprentice.learning.step.SurfaceLabels;
import io.apprentice.learning.step.SurfacePatches;
import io.apprentice.learning.step.TeacherOfCrops;
import io.apprentice.learning.step.TrainingSample;
import io.apprentice.learning.step.TrainingSettings;
import io.apprentice.learning.step.TrainingStep;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.scene.TrainingCrop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Trains a network offline on crops, from the truth and, optionally, from a teacher that sees the same crops. Other
 * threads make the crops and run the teacher ahead of the training, so that the network does not wait. A {@link Recipe}
 * sets losses and learning rate.
 *
 * <p>With a budget of images, the result is a function of start, settings, teacher and crops, bit for bit on the same
 * kind of machine, however often the training is interrupted and goes on from its state.
 */
public final class Fit {

    private final List<ObjectModel> objects;
    private final FitSettings settings;
    private final Optional<Distillation> distillation;

    /** Trains one class per object, in this order, from the truth alone. */
    public Fit(List<ObjectModel> objects, FitSettings settings) {
        this(objects, settings, Optional.empty());
    }

    /** Trains one class per object, in this order, with a teacher beside the truth if one is given. */
    public Fit(List<ObjectModel> objects, FitSettings settings, Optional<Distillation> distillation) {
        this.objects = List.copyOf(objects);
        this.settings = settings;
        this.distillation = distillation;
    }

    /**
     * How the training stands.
     *
     * @param images crops seen so far
     * @param done share of the budget spent, 0 to 1
     * @param learningRate of the last step
     * @param losses averages since the last report
     * @param imagesPerSecond since the last report
     * @param waiting share of the time since the last report in which the network waited for crops, 0 to 1
     * @param secondsLeft estimate
     * @param weights what would be saved if it ended now
     * @param state what {@link #run} goes on from
     */
    public record Progress(
            long images,
            double done,
            double learningRate,
            StepLosses losses,
            double imagesPerSecond,
            double waiting,
            double secondsLeft,
            NetworkWeights weights,
            FitState state) {}

    /**
     * Runs until the budget is spent or {@code stop} returns true.
     *
     * @param start weights to start from, also of a network for other objects ({@link NetworkWeights#asStartOf});
     *     empty: untrained
     * @param resume the state of an interrupted run with the same start, settings, teacher and crops; empty: from the
     *     beginning
     * @param crops crop number i, the same for the same i; called from several threads
     * @param report called every {@link FitSettings#reportEvery()} images and at the end
     * @return the weights, averaged if the recipe says so, without auxiliary outputs
     * @throws IllegalArgumentException if the state is of another network, or the teacher does not suit
     */
    public NetworkWeights run(
            Optional<NetworkWeights> start,
            Optional<FitState> resume,
            LongFunction<TrainingCrop> crops,
            BooleanSupplier stop,
            Consumer<Progress> report) {
        WdrNetArchitecture architecture = settings.architecture(objects.size());
        distillation.map(d -> d.teacher().architecture()).ifPresent(teacher -> requireSameKind(teacher, architecture));
        NetworkWeights initial = start.map(w -> w.withoutAuxiliary().asStartOf(architecture, settings.seed()))
                .orElseGet(() -> NetworkWeights.initial(architecture, settings.seed(), Map.of()))
                .withMetadata(metadata());
        Optional<SurfacePatches> patches =
                settings.codeBits() == 0 && settings.recipe().hasPatches()
                        ? Optional.of(new SurfacePatches(objects, settings.patchesPerObject(objects.size())))
                        : Optional.empty();
        Optional<SurfaceLabels> surface = settings.codeBits() == 0
                ? patches.map(p -> p)
                : Optional.of(SurfaceLabels.codes(objects, settings.codeBits()));
        int features = distillation
                .filter(d -> d.features() > 0)
                .map(d -> d.teacher().architecture().pyramidWidth())
                .orElse(0);
        NetworkWeights trained =
                initial.withAuxiliary(patches.map(SurfacePatches::count).orElse(0), features, settings.seed());
        // which one is the fastest is measured, and another one may be the next time; so a resumed run keeps its own
        Precision precision =
                resume.map(FitState::precision).or(settings::precision).orElseGet(TorchRuntime::fastestPrecision);
        TrainingSettings losses = settings.recipe()
                .losses(
                        distillation.map(Distillation::alignments).orElse(List.of()),
                        distillation.map(Distillation::features).orElse(0.0));
        FitState from = resume.orElse(new FitState(0, 0, precision, new byte[0]));
        try (Crops source = new Crops(crops, surface, precision, from.images() / settings.batchSize());
                TrainingStep step = new TrainingStep(trained, objects, losses, settings.seed(), precision)) {
            if (resume.isPresent()) {
                step.restore(from.step());
            }
            loop(from, source, step, stop, report);
            return step.averagedWeights().withoutAuxiliary();
        }
    }

    /** Votes and codes cannot be aligned, nor their features, which belong to other cells. */
    private static void requireSameKind(WdrNetArchitecture teacher, WdrNetArchitecture student) {
        if (teacher.codeBits() != student.codeBits()) {
            throw new IllegalArgumentException(
                    "teacher: expected one with %d code bits, as the student (0: votes), got %d"
                            .formatted(student.codeBits(), teacher.codeBits()));
        }
    }

    private void loop(FitState from, Crops source, TrainingStep step, BooleanSupplier stop, Consumer<Progress> report) {
        long begin = System.nanoTime() - from.nanos();
        long images = from.images();
        double done = settings.budget().done(images, from.nanos());
        long reportedImages = images;
        long reportedAt = System.nanoTime();
        long reportedWait = 0;
        List<StepLosses> recent = new ArrayList<>();
        while (done < 1 && !stop.getAsBoolean()) {
            double rate = settings.learningRate() * settings.recipe().rate(done);
            recent.add(step.step(source.ahead.take(), rate));
            images += settings.batchSize();
            long now = System.nanoTime();
            done = settings.budget().done(images, now - begin);
            if (images - reportedImages >= settings.reportEvery() || done >= 1 || stop.getAsBoolean()) {
                double seconds = (now - reportedAt) / 1e9;
                report.accept(new Progress(
                        images,
                        done,
                        rate,
                        StepLosses.average(recent),
                        (images - reportedImages) / seconds,
                        (source.ahead.waitedNanos() - reportedWait) / 1e9 / seconds,
                        (now - begin) / 1e9 * (1 - done) / done,
                        step.averagedWeights().withoutAuxiliary(),
                        new FitState(images, now - begin, step.precision(), step.state())));
                reportedImages = images;
                reportedAt = System.nanoTime();
                reportedWait = source.ahead.waitedNanos();
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

    /** Batches of samples, labelled by the teacher if there is one. */
    private final class Crops implements AutoCloseable {

        private final LongFunction<TrainingCrop> crops;
        private final Optional<SurfaceLabels> surface;
        private final CellGrid grid;
        private final Optional<TeacherOfCrops> teacher;
        private final CropsAhead<List<TrainingSample>> ahead;

        Crops(LongFunction<TrainingCrop> crops, Optional<SurfaceLabels> surface, Precision precision, long firstBatch) {
            this.crops = crops;
            this.surface = surface;
            int size = settings.cropSize();
            grid = settings.architecture(1).head().grid(size, size);
            teacher = distillation.map(d -> new TeacherOfCrops(d, objects, size, precision));
            int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
            ahead = new CropsAhead<>(this::batch, firstBatch, threads);
        }

        private List<TrainingSample> batch(long number) {
            List<TrainingSample> batch = new ArrayList<>();
            for (int i = 0; i < settings.batchSize(); i++) {
                batch.add(sample(crops.apply(number * settings.batchSize() + i)));
            }
            return teacher.map(t -> t.label(batch)).orElse(batch);
        }

        private TrainingSample sample(TrainingCrop crop) {
            int cells = grid.levelStart(Math.min(grid.levels(), WdrNetArchitecture.PATCH_LEVELS));
            return surface.map(s -> s.labels(crop.classIndex(), crop.surface(), settings.cropSize(), grid, cells))
                    .map(labels -> TrainingSample.of(crop, labels))
                    .orElseGet(() -> TrainingSample.of(crop));
        }

        @Override
        public void close() {
            ahead.close();
            teacher.ifPresent(TeacherOfCrops::close);
        }
    }
}
