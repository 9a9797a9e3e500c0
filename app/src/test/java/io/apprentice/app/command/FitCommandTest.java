package io.apprentice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.learning.fit.FitSettings;
import io.apprentice.learning.fit.Recipe;
import io.apprentice.learning.step.AlignmentMode;
import io.apprentice.learning.step.AlignmentSetting;
import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.Distillation;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FitCommandTest {
    @TempDir
    private Path folder;

    private static FitCommand parsed(String... options) {
        FitCommand command = new FitCommand();
        String[] always = {"--out", "x.safetensors", "--images", "32"};
        new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(Stream.of(always, options).flatMap(Stream::of).toArray(String[]::new));
        return command;
    }

    @Test
    void settings_givenRecipe_haveItsDefaultsUnlessTold() {
        FitSettings ours = parsed().settings(Optional.empty());
        assertThat(ours.recipe()).isEqualTo(Recipe.OURS);
        assertThat(ours.learningRate()).isEqualTo(0.002);
        assertThat(ours.cropSize()).isEqualTo(128);
        assertThat(parsed().pictures().rendered().wideShare()).isEqualTo(0.12);

        FitCommand command = parsed("--recipe", "official");
        FitSettings official = command.settings(Optional.empty());
        assertThat(official.recipe()).isEqualTo(Recipe.OFFICIAL);
        assertThat(official.learningRate()).isEqualTo(0.001);
        assertThat(official.cropSize()).isEqualTo(256);
        assertThat(official.batchSize()).isEqualTo(16);
        assertThat(command.pictures().rendered().wideShare()).isZero();

        FitCommand told =
                parsed("--recipe", "official", "--learning-rate", "0.003", "--crop-size", "64", "--wide-share", "0.2");
        assertThat(told.settings(Optional.empty()).learningRate()).isEqualTo(0.003);
        assertThat(told.settings(Optional.empty()).cropSize()).isEqualTo(64);
        assertThat(told.pictures().rendered().wideShare()).isEqualTo(0.2);
    }

    @Test
    void distillation_givenRecipe_alignsAsItDoesUnlessTold() throws IOException {
        Path teacher = folder.resolve("teacher.safetensors");
        NetworkWeights.initial(
                        new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32),
                        1,
                        Map.of(NetworkWeights.OBJECTS, "parcel", NetworkWeights.CROP_SIZE, "64"))
                .write(teacher);
        assertThat(alignments("--teacher", teacher.toString())).containsExactly(AlignmentSettings.DEFAULT);
        assertThat(alignments("--teacher", teacher.toString(), "--recipe", "official"))
                .containsExactly(
                        new AlignmentSettings(AlignmentMode.DISTRIBUTION, 5.0 / 16, AlignmentSetting.OFFICIAL, 1));
        assertThat(alignments("--teacher", teacher.toString(), "--recipe", "official", "--alignment", "scale_aware"))
                .containsExactly(AlignmentSettings.DEFAULT);
        FitCommand command = parsed("--teacher", teacher.toString(), "--recipe", "official");
        assertThat(command.settings(command.distillation(List.of(Parcel.model())))
                        .cropSize())
                .as("the teacher's")
                .isEqualTo(64);
    }

    private static List<AlignmentSettings> alignments(String... options) throws IOException {
        return parsed(options)
                .distillation(List.of(Parcel.model()))
                .map(Distillation::alignments)
                .orElseThrow();
    }
}
