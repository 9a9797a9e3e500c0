package io.apprentice.lab.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.lab.Progress;
import io.apprentice.lab.UserError;
import io.apprentice.learning.fit.FitSettings;
import io.apprentice.learning.fit.Recipe;
import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.Distillation;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.parcel.Parcel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitJobTest {

    private static final List<ObjectModel> PARCEL = List.of(Parcel.model());
    private static final CompletableFuture<Void> NEVER = new CompletableFuture<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void useOneThread() {
        TorchRuntime.useThreads(1);
    }

    private static FitJob job(long seed, Progress display) {
        return job(seed, PARCEL, Pictures.rendered(CropSettings.DEFAULT), display);
    }

    private static FitJob job(long seed, List<ObjectModel> objects, Pictures pictures, Progress display) {
        FitSettings settings = new FitSettings(
                Backbone.DARKNET_TINY_H,
                32,
                64,
                4,
                0.002,
                seed,
                Optional.of(Precision.FLOAT32),
                FitSettings.Budget.ofImages(24),
                8,
                Recipe.OURS);
        NetworkWeights teacher = NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32),
                5,
                Map.of(NetworkWeights.OBJECTS, objects.get(0).id(), NetworkWeights.CROP_SIZE, "64"));
        Distillation distillation = new Distillation(teacher, List.of(AlignmentSettings.DEFAULT), 0.1);
        return new FitJob(objects, settings, pictures, Optional.of(distillation), display);
    }

    /** Keeps the lines, and completes {@code stop} at the n-th one. */
    private record Lines(List<String> lines, int last, CompletableFuture<Void> stop) implements Progress {
        @Override
        public void line(String text) {
            lines.add(text);
            if (lines.size() == last) {
                stop.complete(null);
            }
        }

        @Override
        public void show(List<String> view) {}

        @Override
        public boolean draws() {
            return false;
        }
    }

    private static Lines silent() {
        return new Lines(new ArrayList<>(), 0, NEVER);
    }

    private static Lines stoppingAt(int line, CompletableFuture<Void> stop) {
        return new Lines(new ArrayList<>(), line, stop);
    }

    @Test
    void run_givenStartWithAnotherPyramid_saysThatOnlyTheBackboneIsTakenOver() throws Exception {
        NetworkWeights start = NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 64), 5, Map.of(NetworkWeights.OBJECTS, "cube"));
        Lines lines = silent();

        job(1, lines).run("student", Optional.of(start), CompletableFuture.completedFuture(null));

        assertThat(lines.lines().get(0))
                .startsWith("student starts from only the backbone of a network for cube:"
                        + " its pyramid is 64 wide, not 32");
    }

    @Test
    void run_interruptedAndRepeated_givesTheSameWeightsAndCurves() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        job(3, silent()).run(whole, Optional.empty(), 16, NEVER);
        Path broken = folder.resolve("broken.safetensors");
        CompletableFuture<Void> stop = new CompletableFuture<>();
        FitJob interrupted = job(3, stoppingAt(1, stop));
        interrupted.run(broken, Optional.empty(), 16, stop);
        assertThat(interrupted.images()).isEqualTo(8);
        assertThat(folder.resolve("broken.state")).exists();
        assertThat(Files.mismatch(whole, broken)).isNotNegative();
        FitJob resumed = job(3, silent());
        resumed.run(broken, Optional.empty(), 16, NEVER);
        assertThat(resumed.images()).isEqualTo(24);
        assertThat(Files.mismatch(whole, broken)).isEqualTo(-1);
        assertThat(folder.resolve("broken.state")).doesNotExist();
        List<String> csv = Files.readAllLines(folder.resolve("broken.csv"));
        assertThat(losses(csv)).isEqualTo(losses(Files.readAllLines(folder.resolve("whole.csv"))));
        assertThat(csv).hasSize(4);
        assertThat(csv.get(0)).startsWith("images,learning_rate,segmentation,regression,alignment,features,");
        assertThat(csv.get(1)).startsWith("8,").endsWith(",");
        assertThat(csv.get(2)).startsWith("16,").doesNotEndWith(",");
        BufferedImage picture = ImageIO.read(folder.resolve("broken.png").toFile());
        assertThat(picture.getWidth()).isEqualTo(900);
        assertThat(picture.getHeight()).isEqualTo(960);
    }

    @Test
    void run_onScenesInterruptedAndRepeated_givesTheSameWeights() throws IOException {
        List<ObjectModel> objects = List.of(PicturesTest.PARCEL);
        Path scene = PicturesTest.scene(folder.resolve("train/000001"));
        Pictures pictures = new Pictures(CropSettings.DEFAULT, List.of(scene), 0.5);
        Path whole = folder.resolve("whole.safetensors");
        job(3, objects, pictures, silent()).run(whole, Optional.empty(), 1000, NEVER);
        Path broken = folder.resolve("broken.safetensors");
        CompletableFuture<Void> stop = new CompletableFuture<>();
        job(3, objects, pictures, stoppingAt(1, stop)).run(broken, Optional.empty(), 1000, stop);
        Pictures others = new Pictures(CropSettings.DEFAULT, List.of(scene), 1);
        assertThatThrownBy(() -> job(3, objects, others, silent()).run(broken, Optional.empty(), 1000, NEVER))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(scene + "], share=1.0")
                .hasMessageContaining(scene + "], share=0.5");
        job(3, objects, pictures, silent()).run(broken, Optional.empty(), 1000, NEVER);
        assertThat(Files.mismatch(whole, broken)).isEqualTo(-1);
        job(3, objects, others, silent()).run(broken, Optional.empty(), 1000, NEVER);
        assertThat(Files.mismatch(whole, broken)).isNotNegative();
    }

    /** Without the columns that tell of time. */
    private static List<String> losses(List<String> csv) {
        return csv.stream()
                .map(line -> String.join(",", List.of(line.split(",", -1)).subList(0, 9)))
                .toList();
    }

    @Test
    void run_givenAnotherFitsState_isRefused() throws IOException {
        Path out = folder.resolve("a.safetensors");
        CompletableFuture<Void> stop = new CompletableFuture<>();
        job(3, stoppingAt(1, stop)).run(out, Optional.empty(), 1000, stop);
        assertThatThrownBy(() -> job(4, silent()).run(out, Optional.empty(), 1000, NEVER))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("a.state")
                .hasMessageContaining("seed=4")
                .hasMessageContaining("seed=3");
        Files.write(folder.resolve("a.state"), new byte[] {0, 90, 1});
        assertThatThrownBy(() -> job(4, silent()).run(out, Optional.empty(), 1000, NEVER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a.state: not the state of a fit");
    }
}
