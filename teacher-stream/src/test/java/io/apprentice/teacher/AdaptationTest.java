package io.apprentice.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final NetworkWeights START = Frames.untrained("parcel");

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private Adaptation adaptation(int queue, int offerEvery, Path save) {
        AdaptSettings settings =
                new AdaptSettings(true, 0.5, CropSettings.Views.UPPER, 2, 1, 8, 1e-4, offerEvery, queue, save);
        List<ObjectModel> objects = List.of(ConfirmedLabels.PARCEL);
        return new Adaptation(
                settings, "big", START, objects, w -> new PoseEstimator(w, objects, Precision.FLOAT32), registry);
    }

    private double count(String name) {
        return registry.get("apprentice.teacher.adapt." + name).counter().count();
    }

    @Test
    void learn_givenMoreThanTheQueueHolds_passesOverWithoutWaitingAndGoesOn() {
        var label = ConfirmedLabels.label(0);
        try (Adaptation adaptation = adaptation(2, 1000, Path.of(""))) {
            for (int i = 0; i < 30; i++) {
                adaptation.learn(label); // the network is not even compiled
            }
            assertThat(count("passed-over")).isBetween(25.0, 28.0);
            await().atMost(PATIENCE).until(() -> count("learnt") + count("passed-over") == 30);

            adaptation.learn(label);

            await().atMost(PATIENCE).until(() -> count("learnt") == 31 - count("passed-over"));
            assertThat(adaptation.takeNewest()).isEmpty();
        }
    }

    @Test
    void takeNewest_afterAVersionCameIntoUse_givesItOnceAndItIsSaved() throws IOException {
        Path file = directory.resolve("teacher.safetensors");
        try (Adaptation adaptation = adaptation(24, 20, file)) {
            for (int i = 0; i < 24; i++) {
                adaptation.learn(ConfirmedLabels.label(i % 2));
            }
            await().atMost(PATIENCE).until(() -> count("versions") == 1);
            await().atMost(PATIENCE).until(file.toFile()::isFile);

            try (TeacherVersion version = adaptation.takeNewest().orElseThrow()) {
                assertThat(version.ref().getId()).isEqualTo("big");
                assertThat(version.ref().getVersion()).isEqualTo(1);
                assertThat(version.ref().getSha256())
                        .isEqualTo(NetworkWeights.read(file).sha256())
                        .isNotEqualTo(START.sha256());
            }
            assertThat(adaptation.takeNewest()).isEmpty();
        }
    }
}
