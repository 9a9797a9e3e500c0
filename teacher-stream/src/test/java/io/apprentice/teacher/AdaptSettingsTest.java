package io.apprentice.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.learning.guard.Review;
import io.apprentice.learning.online.GuardedTraining;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.scene.CropSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With the parcel's teacher, and labels that are right. */
class AdaptSettingsTest {

    @BeforeAll
    static void useOneThread() {
        TorchRuntime.useThreads(1);
    }

    private record Outcome(List<Review.Verdict> verdicts, NetworkWeights inUse) {}

    /** Twenty-four labels, of which three are held out, a step for every second of the others, and a candidate at the end. */
    private static Outcome learn(NetworkWeights start, double learningRate) {
        AdaptSettings settings =
                new AdaptSettings(true, 0.5, CropSettings.Views.UPPER, 4, 0.5, 32, learningRate, 5, 1, Path.of(""));
        List<Review.Verdict> verdicts = new ArrayList<>();
        try (GuardedTraining training = new GuardedTraining(
                start, List.of(ConfirmedLabels.PARCEL), settings.guarded(), TorchRuntime.fastestPrecision())) {
            for (int i = 0; i < 24; i++) {
                training.add(ConfirmedLabels.label(i), 1);
                training.decide().map(Review::verdict).ifPresent(verdicts::add);
            }
            return new Outcome(verdicts, training.weights());
        }
    }

    @Test
    void guarded_givenStepsThatRuinTheNetwork_keepsTheOneInUse() throws IOException {
        NetworkWeights start = ConfirmedLabels.teacher();

        Outcome ruined = learn(start, 0.1);

        assertThat(ruined.verdicts()).containsExactly(Review.Verdict.WITHHELD);
        assertThat(ruined.inUse().sha256()).isEqualTo(start.sha256());
    }

    @Test
    void guarded_givenCarefulSteps_bringsAVersionIntoUse() throws IOException {
        NetworkWeights start = ConfirmedLabels.teacher();

        Outcome better = learn(start, 1e-5);

        assertThat(better.verdicts()).containsExactly(Review.Verdict.PROMOTED);
        assertThat(better.inUse().sha256()).isNotEqualTo(start.sha256());
        assertThat(learn(start, 1e-5).inUse().sha256()).isEqualTo(better.inUse().sha256());
    }
}
