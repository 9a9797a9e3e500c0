package io.apprentice.app;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.scene.CropSettings;
import io.apprentice.pose.scene.TrainingCrops;
import io.apprentice.pose.training.Fit;
import io.apprentice.pose.training.FitSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Fits one network on rendered crops and shows how it goes. */
final class FitJob {
    private final List<ObjectModel> objects;
    private final FitSettings settings;
    private final CropSettings crops;
    private final Terminal terminal;
    private long images;

    FitJob(List<ObjectModel> objects, FitSettings settings, CropSettings crops, Terminal terminal) {
        this.objects = List.copyOf(objects);
        this.settings = settings;
        this.crops = crops;
        this.terminal = terminal;
    }

    /**
     * Fits until the budget is spent or {@code stop} is completed.
     *
     * @param name what is fitted, for the progress lines
     * @param start weights to go on from; empty: untrained
     */
    NetworkWeights run(String name, Optional<NetworkWeights> start, CompletableFuture<Void> stop) {
        TrainingCrops source = new TrainingCrops(objects, settings.cropSize(), crops, settings.seed());
        try {
            return new Fit(objects, settings)
                    .run(start, Optional.empty(), source::crop, stop::isDone, progress -> show(name, progress));
        } finally {
            terminal.show(List.of());
        }
    }

    /** Crops seen so far. */
    long images() {
        return images;
    }

    private void show(String name, Fit.Progress p) {
        images = p.images();
        String line = String.format(
                Locale.ROOT,
                "fit %s  %3.0f %%  %d images, %.0f/s, loss %.3f (segmentation %.3f regression %.3f patches %.3f), %s left",
                name,
                100 * Math.min(1, p.done()),
                p.images(),
                p.imagesPerSecond(),
                p.losses().total(),
                p.losses().segmentation(),
                p.losses().regression(),
                p.losses().patches(),
                LiveView.clock(Duration.ofSeconds(Math.max(0, Math.round(p.secondsLeft())))));
        if (terminal.draws()) {
            terminal.show(List.of(line));
        } else {
            terminal.line(line);
        }
    }
}
