package io.apprentice.learning.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.TrainingSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {

    /** From PyTorch 2.13: OneCycleLR(optimizer, 1e-3, 10100, pct_start=0.05, cycle_momentum=False, anneal_strategy='linear'). */
    @ParameterizedTest
    @CsvSource({
        "0, 4e-05",
        "1, 4.190476190476191e-05",
        "252, 0.0005200000000000001",
        "503, 0.0009980952380952382",
        "504, 0.001",
        "505, 0.0009998957794684733",
        "5000, 0.0005314244902553413",
        "9999, 1.0426053152683655e-05"
    })
    void rate_ofTheOfficialRecipe_isPyTorchsOneCycle(int step, double expected) {
        assertThat(Recipe.OFFICIAL.learningRate() * Recipe.OFFICIAL.rate(step / 10_000.0))
                .isCloseTo(expected, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.001", "0.025, 0.5", "0.05, 1", "0.525, 0.5", "0.9999, 0.001", "1, 0.001"})
    void rate_ofOurRecipe_risesAndFallsLinearly(double done, double expected) {
        assertThat(Recipe.OURS.rate(done)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void losses_ofTheOfficialRecipe_haveNoPatchesAndNoAveraging() {
        List<AlignmentSettings> alignments = List.of(AlignmentSettings.DEFAULT);
        assertThat(Recipe.OFFICIAL.losses(alignments, 0.5))
                .isEqualTo(new TrainingSettings(0.1, 1, alignments, 0.5, 0, 1e-4, 1, 0));
        assertThat(Recipe.OURS.losses(List.of(), 0))
                .isEqualTo(new TrainingSettings(0.1, 1, List.of(), 0, 1, 1e-4, 1, 0.998));
    }
}
