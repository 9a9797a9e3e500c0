package io.apprentice.learning.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.learning.SyntheticLabels;
import io.apprentice.learning.guard.GuardSettings;
import io.apprentice.learning.guard.Review;
import io.apprentice.learning.sample.HeldLabel;
import io.apprentice.learning.sample.SampleExtractor;
import io.apprentice.learning.step.StepLosses;
import io.apprentice.learning.step.TrainingSample;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.parcel.Parcel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineTrainingTest {

    private static final ObjectModel PARCEL = Parcel.model();
    private static final SyntheticLabels LABELS = new SyntheticLabels(List.of(PARCEL));
    private static final NetworkWeights START = NetworkWeights.initial(
            new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32),
            5,
            Map.of(NetworkWeights.OBJECTS, "parcel", NetworkWeights.CROP_SIZE, "64"));

    private static final NetworkWeights DENSE = NetworkWeights.initial(
            new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32, 8, 0, 0), 5, START.metadata());

    /** Two threads that wait for each other are slow where others work too; the bits are those of one thread, then. */
    @BeforeAll
    static void useOneThread() {
        TorchRuntime.useThreads(1);
    }

    private static OnlineTrainingSettings settings(int batch, double stepsPerLabel, int replay) {
        OnlineTrainingSettings d = OnlineTrainingSettings.DEFAULTS;
        return new OnlineTrainingSettings(
                3,
                batch,
                stepsPerLabel,
                replay,
                d.optimizer(),
                d.alignment(),
                d.gate(),
                d.augmentation(),
                new GuardSettings(true, 4, 3, 2, 1, 1, 1000, 1000));
    }

    private static OnlineTraining training(OnlineTrainingSettings settings) {
        return training(START, settings);
    }

    private static OnlineTraining training(NetworkWeights start, OnlineTrainingSettings settings) {
        return new OnlineTraining(start, List.of(PARCEL), settings, Precision.FLOAT32);
    }

    /** The label's pose and mask give a dense student its codes; the votes of the label are not its kind. */
    @Test
    void add_toADenseStudent_teachesItThePose() {
        try (OnlineTraining training = new OnlineTraining(
                DENSE,
                List.of(PARCEL),
                settings(6, 1, 3),
                new Rehearsal(1 / 3.0, CropSettings.DEFAULT),
                Precision.FLOAT32)) {
            StepLosses losses = training.add(LABELS.label(0)).steps().get(0);
            // six crops, three times the cross-entropy of bits that are guessed
            assertThat(losses.regression()).isBetween(6.0, 6 * 3.0);
            assertThat(losses.alignment()).isZero();
            assertThat(losses.applied()).isTrue();
        }
    }

    @Test
    void add_givenSameLabels_givesSameBits() {
        OnlineTrainingSettings settings = settings(4, 1, 3);
        try (OnlineTraining one = training(settings);
                OnlineTraining two = training(settings)) {
            for (int i = 0; i < 6; i++) {
                one.add(LABELS.label(i));
                two.add(LABELS.label(i));
            }
            assertThat(one.steps()).isEqualTo(5); // the fourth label is held out
            assertThat(one.weights().sha256()).isEqualTo(two.weights().sha256()).isNotEqualTo(START.sha256());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void restore_givenStateMidway_continuesToSameBits(boolean dense) {
        NetworkWeights start = dense ? DENSE : START;
        OnlineTrainingSettings settings = settings(4, 1.5, 3);
        byte[] state;
        String undisturbed;
        Review review;
        try (OnlineTraining training = training(start, settings)) {
            for (int i = 0; i < 5; i++) {
                training.add(LABELS.label(i));
            }
            assertThat(training.review().verdict()).isEqualTo(Review.Verdict.PROMOTED);
            state = training.state();
            for (int i = 5; i < 9; i++) {
                training.add(LABELS.label(i));
            }
            review = training.review();
            undisturbed = training.weights().sha256();
        }
        try (OnlineTraining training = training(start, settings)) {
            int gone = training.restore(state, reference -> Optional.of(LABELS.label(reference.offset())));
            assertThat(gone).isZero();
            for (int i = 5; i < 9; i++) {
                training.add(LABELS.label(i));
            }
            assertThat(training.steps()).isEqualTo(10);
            assertThat(training.labels()).isEqualTo(9);
            assertThat(training.review()).isEqualTo(review);
            assertThat(training.weights().sha256()).isEqualTo(undisturbed);
        }
    }

    private static OnlineTraining rehearsing(double share) {
        Rehearsal rehearsal = new Rehearsal(share, CropSettings.DEFAULT);
        return new OnlineTraining(START, List.of(PARCEL), settings(6, 1, 3), rehearsal, Precision.FLOAT32);
    }

    @Test
    void nextBatch_givenRehearsal_rendersItsShareAnewForEachStep() {
        OnlineTrainingSettings d = OnlineTrainingSettings.DEFAULTS;
        HeldLabel newest = new SampleExtractor(
                        Map.of("parcel", PARCEL),
                        List.of("parcel"),
                        64,
                        START.architecture().head(),
                        d.gate(),
                        d.augmentation())
                .hold(LABELS.label(0))
                .orElseThrow();
        try (OnlineTraining third = rehearsing(1 / 3.0);
                OnlineTraining most = rehearsing(0.9)) {
            third.add(LABELS.label(0));
            most.add(LABELS.label(0));
            List<TrainingSample> first = third.nextBatch(newest);
            List<TrainingSample> second = third.nextBatch(newest);
            assertThat(rendered(first)).hasSize(2).doesNotContainAnyElementsOf(rendered(second));
            assertThat(rendered(second)).hasSize(2);
            assertThat(first).hasSize(6);
            assertThat(rendered(most.nextBatch(newest)))
                    .as("one is left for the label")
                    .hasSize(5);
        }
    }

    /** What is seen in the rendered crops: those of labels bring the teacher's votes. */
    private static List<ByteBuffer> rendered(List<TrainingSample> batch) {
        return batch.stream()
                .filter(sample -> sample.teacher().isEmpty())
                .map(sample -> ByteBuffer.wrap(sample.rgb()))
                .toList();
    }

    @Test
    void restore_givenRehearsal_continuesToSameBits() {
        byte[] state;
        String undisturbed;
        try (OnlineTraining training = rehearsing(0.5)) {
            for (int i = 0; i < 3; i++) {
                training.add(LABELS.label(i));
            }
            state = training.state();
            training.add(LABELS.label(3)); // held out
            training.add(LABELS.label(4));
            undisturbed = training.weights().sha256();
            training.restore(state, reference -> Optional.of(LABELS.label(reference.offset())));
            training.add(LABELS.label(3));
            training.add(LABELS.label(4));
            assertThat(training.weights().sha256()).as("the same, gone back").isEqualTo(undisturbed);
        }
        try (OnlineTraining training = rehearsing(0.5);
                OnlineTraining without = rehearsing(0)) {
            training.restore(state, reference -> Optional.of(LABELS.label(reference.offset())));
            without.restore(state, reference -> Optional.of(LABELS.label(reference.offset())));
            for (int i = 3; i < 5; i++) {
                training.add(LABELS.label(i));
                without.add(LABELS.label(i));
            }
            assertThat(training.weights().sha256()).as("another one").isEqualTo(undisturbed);
            assertThat(without.weights().sha256()).isNotEqualTo(undisturbed);
        }
    }

    @Test
    void restore_givenLabelsGone_goesOnWithoutThem() {
        OnlineTrainingSettings settings = settings(4, 1, 8);
        try (OnlineTraining training = training(settings)) {
            for (int i = 0; i < 3; i++) {
                training.add(LABELS.label(i));
            }
            byte[] state = training.state();
            assertThat(training.restore(state, reference -> Optional.empty())).isEqualTo(3);
            assertThat(training.add(LABELS.label(3)).steps()).as("held out").isEmpty();
            assertThat(training.add(LABELS.label(4)).steps()).hasSize(1);
            assertThat(training.add(LABELS.label(5), 3).steps())
                    .as("worth three")
                    .hasSize(3);
            assertThatThrownBy(() -> training.restore(new byte[] {1, 2, 3, 4}, r -> Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected format");
        }
    }

    @Test
    void add_givenAHandfulOfLabels_lowersLoss() {
        try (OnlineTraining training = training(settings(8, 4, 16))) {
            List<Double> losses = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                training.add(LABELS.label(i % 4)).steps().forEach(step -> {
                    assertThat(step.applied()).isTrue();
                    losses.add(step.total());
                });
            }
            double first = mean(losses.subList(0, 8));
            double last = mean(losses.subList(losses.size() - 8, losses.size()));
            assertThat(last).isLessThan(0.8 * first);
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(d -> d).average().orElseThrow();
    }
}
