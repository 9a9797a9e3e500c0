package io.apprentice.lab.fit;

import io.apprentice.lab.Progress;
import io.apprentice.lab.UserError;
import io.apprentice.lab.evaluation.Evaluation;
import io.apprentice.lab.evaluation.SearchExam;
import io.apprentice.learning.fit.Fit;
import io.apprentice.learning.fit.FitSettings;
import io.apprentice.learning.fit.FitState;
import io.apprentice.learning.step.Distillation;
import io.apprentice.learning.step.StepLosses;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.TrainingCrop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Fits one network and reports its progress. */
public final class FitJob {
    private static final int VALIDATION_FRAMES = 60;
    /** Of the fit's budget, at most this share is spent on {@link SearchExam} after it. */
    private static final double EXAM_SHARE = 0.1;

    private final List<ObjectModel> objects;
    private final FitSettings settings;
    private final Pictures pictures;
    private final Optional<Distillation> distillation;
    private final Progress display;
    private long images;
    private Duration time = Duration.ZERO;

    /** A fit on rendered crops. */
    public FitJob(
            List<ObjectModel> objects,
            FitSettings settings,
            CropSettings crops,
            Optional<Distillation> distillation,
            Progress display) {
        this(objects, settings, Pictures.rendered(crops), distillation, display);
    }

    public FitJob(
            List<ObjectModel> objects,
            FitSettings settings,
            Pictures pictures,
            Optional<Distillation> distillation,
            Progress display) {
        this.objects = List.copyOf(objects);
        this.settings = settings;
        this.pictures = pictures;
        this.distillation = distillation;
        this.display = display;
    }

    /**
     * Fits until the budget is spent or {@code stop} is completed.
     *
     * @param name what is fitted, for the progress lines
     * @param start weights to go on from; empty: untrained
     * @throws IOException if a scene cannot be read
     */
    public NetworkWeights run(String name, Optional<NetworkWeights> start, CompletableFuture<Void> stop)
            throws IOException {
        return run(name, start, Optional.empty(), stop, progress -> {});
    }

    /**
     * The same with files beside {@code out}. It goes on where an earlier run of the same fit was interrupted, saves
     * its state and curves at every report, and validates on held-out frames from time to time.
     *
     * @param validateEvery images between two validations, at least 1
     * @throws UserError if the state of another fit is there
     */
    public NetworkWeights run(Path out, Optional<NetworkWeights> start, int validateEvery, CompletableFuture<Void> stop)
            throws IOException {
        FitFiles files = new FitFiles(out, fingerprint(start));
        Optional<FitState> interrupted = files.interrupted();
        long before = interrupted.map(FitState::images).orElse(0L);
        if (before > 0) {
            display.line("going on after %,d images from %s".formatted(before, files.state()));
        }
        FitCurves curves = new FitCurves(files.csv(), before);
        long[] seen = {before};
        NetworkWeights weights = run(out.getFileName().toString(), start, interrupted, stop, progress -> {
            boolean due = progress.images() / validateEvery > seen[0] / validateEvery;
            seen[0] = progress.images();
            try {
                curves.add(progress, due ? OptionalDouble.of(validate(progress.weights())) : OptionalDouble.empty());
                files.save(progress.state());
                if (due) {
                    curves.draw(files.png());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        curves.draw(files.png());
        weights.write(out);
        if (stop.isDone()) {
            display.line("stopped; run the same command again to go on from " + files.state());
        } else {
            files.done();
        }
        return weights;
    }

    /**
     * Everything that decides what the weights become; the budget is part of it, since the learning rate depends on it.
     */
    private String fingerprint(Optional<NetworkWeights> start) {
        return "%s %s objects %s start %s teacher %s"
                .formatted(
                        settings,
                        pictures,
                        objects.stream()
                                .map(o -> "%s(%d vertices, %s m)"
                                        .formatted(o.id(), o.mesh().positions().length / 3, o.diameter()))
                                .toList(),
                        start.map(NetworkWeights::sha256).orElse("untrained"),
                        distillation
                                .map(d -> "%s %s %s".formatted(d.teacher().sha256(), d.alignments(), d.features()))
                                .orElse("none"));
    }

    /** Validates on scenes that neither the crops nor the final accuracy use. */
    private double validate(NetworkWeights weights) {
        Evaluation evaluation =
                Evaluation.onSyntheticFrames(weights, objects, VALIDATION_FRAMES, settings.seed() + 1_000_003);
        return evaluation.scored() == 0 ? 0 : (double) evaluation.within() / evaluation.scored();
    }

    private NetworkWeights run(
            String name,
            Optional<NetworkWeights> start,
            Optional<FitState> from,
            CompletableFuture<Void> stop,
            Consumer<Fit.Progress> listener)
            throws IOException {
        LongFunction<TrainingCrop> crops = pictures.crops(objects, settings.cropSize(), settings.seed());
        if (from.isEmpty()) {
            start.ifPresent(weights -> display.line("%s starts from %s".formatted(name, takenOver(weights))));
        }
        try {
            NetworkWeights fitted = new Fit(objects, settings, distillation)
                    .run(start, from, crops, stop::isDone, progress -> {
                        show(name, progress);
                        listener.accept(progress);
                    });
            return examined(described(fitted), stop);
        } finally {
            display.show(List.of());
        }
    }

    /** Notes what the pictures showed. */
    private NetworkWeights described(NetworkWeights weights) {
        CropSettings crops = pictures.rendered();
        return weights.withBoxes(objects)
                .withCodes(objects)
                .with(NetworkWeights.DISTANCE, crops.nearest() + "," + crops.farthest());
    }

    /** Notes from which score on a pose counts that a search finds. */
    private NetworkWeights examined(NetworkWeights weights, CompletableFuture<Void> stop) {
        FitSettings.Budget budget = settings.budget();
        long end = System.nanoTime()
                + (long) (EXAM_SHARE * budget.time().orElse(Duration.ofDays(1)).toNanos());
        int frames =
                (int) Math.min(SearchExam.FRAMES, EXAM_SHARE * budget.images().orElse(Long.MAX_VALUE));
        List<SearchExam> exam = SearchExam.of(
                weights, objects, frames, settings.seed() + 2_000_003, () -> stop.isDone() || System.nanoTime() > end);
        exam.forEach(result -> display.line(result.text()));
        return SearchExam.noted(weights, exam);
    }

    /** What {@link NetworkWeights#asStartOf} takes over. */
    private String takenOver(NetworkWeights start) {
        int there = start.architecture().pyramidWidth();
        if (start.architecture().codeBits() != settings.codeBits()) {
            return "only the backbone of a network for " + String.join(", ", start.objects());
        }
        String network = "a network for " + String.join(", ", start.objects());
        if (there != settings.pyramidWidth()) {
            return "only the backbone of %s: its pyramid is %d wide, not %d"
                    .formatted(network, there, settings.pyramidWidth());
        }
        return start.architecture().classes() == objects.size() ? network : "all but the last layers of " + network;
    }

    /** Crops seen so far, including earlier runs of an interrupted fit. */
    public long images() {
        return images;
    }

    /** Time spent so far, likewise. */
    public Duration time() {
        return time;
    }

    private void show(String name, Fit.Progress p) {
        images = p.images();
        time = Duration.ofNanos(p.state().nanos());
        StepLosses losses = p.losses();
        String line = String.format(
                Locale.ROOT,
                "fit %s  %3.0f %%  %d images, %.0f/s, loss %.3f (segmentation %.3f regression %.3f patches %.3f%s), %s left",
                name,
                100 * Math.min(1, p.done()),
                p.images(),
                p.imagesPerSecond(),
                losses.total(),
                losses.segmentation(),
                losses.regression(),
                losses.patches(),
                distillation.isEmpty()
                        ? ""
                        : String.format(
                                Locale.ROOT, " alignment %.3f features %.3f", losses.alignment(), losses.features()),
                Progress.clock(Duration.ofSeconds(Math.max(0, Math.round(p.secondsLeft())))));
        if (display.draws()) {
            display.show(List.of(line));
        } else {
            display.line(line);
        }
    }
}
