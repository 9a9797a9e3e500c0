package io.apprentice.learning.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.learning.sample.CropsAhead;
import io.apprentice.learning.step.AlignmentMode;
import io.apprentice.learning.step.AlignmentSetting;
import io.apprentice.learning.step.AlignmentSettings;
import io.apprentice.learning.step.Distillation;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.CropSettings;
import io.apprentice.scene.TrainingCrops;
import io.apprentice.scene.parcel.Parcel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FitTest {

    private static final int SIZE = 64;
    private static final List<ObjectModel> PARCEL = List.of(Parcel.model());
    private static final TrainingCrops CROPS = new TrainingCrops(PARCEL, SIZE, CropSettings.DEFAULT, 4);

    @BeforeAll
    static void useOneThread() {
        TorchRuntime.useThreads(1);
    }

    private static FitSettings settings(int images) {
        return settings(images, Precision.FLOAT32);
    }

    private static FitSettings settings(int images, Precision precision) {
        return settings(images, precision, Recipe.OURS);
    }

    private static FitSettings settings(int images, Precision precision, Recipe recipe) {
        return new FitSettings(
                Backbone.DARKNET_TINY_H,
                32,
                SIZE,
                4,
                0.002,
                7,
                Optional.of(precision),
                FitSettings.Budget.ofImages(images),
                8,
                recipe);
    }

    private static FitSettings dense(int images) {
        return new FitSettings(
                Backbone.DARKNET_TINY_H,
                32,
                8,
                SIZE,
                4,
                0.002,
                7,
                Optional.of(Precision.FLOAT32),
                FitSettings.Budget.ofImages(images),
                8,
                Recipe.OURS);
    }

    private static NetworkWeights teacher(String objects, int size) {
        return NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 2, 64),
                9,
                Map.of(NetworkWeights.OBJECTS, objects, NetworkWeights.CROP_SIZE, Integer.toString(size)));
    }

    private static Optional<Distillation> distillation(NetworkWeights teacher) {
        AlignmentSettings pairwise = new AlignmentSettings(AlignmentMode.PAIRWISE, 1, AlignmentSetting.SCALE_AWARE, 1);
        return Optional.of(new Distillation(teacher, List.of(AlignmentSettings.DEFAULT, pairwise), 0.5));
    }

    /** Runs until the image with this number has been seen. */
    private static List<Fit.Progress> run(Fit fit, Optional<FitState> resume, long stopAt) {
        List<Fit.Progress> reports = new ArrayList<>();
        fit.run(
                Optional.empty(),
                resume,
                CROPS::crop,
                () -> !reports.isEmpty() && reports.get(reports.size() - 1).images() >= stopAt,
                reports::add);
        return reports;
    }

    private static Fit.Progress last(List<Fit.Progress> reports) {
        return reports.get(reports.size() - 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void run_givenAStateFromTheMiddle_endsWithTheSameBits(Precision precision) throws IOException {
        Fit fit = new Fit(PARCEL, settings(24, precision), distillation(teacher("cube,parcel", SIZE)));
        List<Fit.Progress> undisturbed = run(fit, Optional.empty(), Long.MAX_VALUE);
        assertThat(undisturbed.stream().map(Fit.Progress::images)).containsExactly(8L, 16L, 24L);
        List<Fit.Progress> interrupted = run(fit, Optional.empty(), 8);
        assertThat(last(interrupted).images()).isEqualTo(8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        last(interrupted).state().write(new DataOutputStream(file));
        FitState state = FitState.read(new DataInputStream(new ByteArrayInputStream(file.toByteArray())));
        List<Fit.Progress> resumed = run(fit, Optional.of(state), Long.MAX_VALUE);
        assertThat(resumed.stream().map(Fit.Progress::images)).containsExactly(16L, 24L);
        assertThat(last(resumed).weights().sha256())
                .isEqualTo(last(undisturbed).weights().sha256())
                .isNotEqualTo(last(interrupted).weights().sha256());
        assertThat(last(resumed).losses()).isEqualTo(last(undisturbed).losses());
        assertThat(last(resumed).learningRate()).isEqualTo(last(undisturbed).learningRate());
    }

    @Test
    void run_ofADenseNetwork_learnsMaskAndCodes() {
        List<Fit.Progress> reports = run(new Fit(PARCEL, dense(240)), Optional.empty(), Long.MAX_VALUE);
        // four crops, three times the mean cross-entropy of bits that are guessed, and once that of the mask
        assertThat(reports.get(0).losses().regression()).isCloseTo(4 * 3 * Math.log(2), within(2.0));
        assertThat(reports.get(0).losses().segmentation()).isCloseTo(4 * Math.log(2), within(1.0));
        assertThat(last(reports).losses().regression())
                .isLessThan(0.97 * reports.get(0).losses().regression());
        assertThat(last(reports).losses().segmentation())
                .isLessThan(0.8 * reports.get(0).losses().segmentation());
        assertThat(last(reports).weights().architecture())
                .isEqualTo(new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32, 8, 0, 0));
    }

    /** Regression guard: what a dense network remembers of its bits' errors is part of the state. */
    @Test
    void run_ofADenseNetworkWithATeacher_goesOnWithTheSameBits() throws IOException {
        NetworkWeights teacher = NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 64, 8, 0, 0),
                9,
                Map.of(NetworkWeights.OBJECTS, "parcel", NetworkWeights.CROP_SIZE, Integer.toString(SIZE)));
        Fit fit = new Fit(PARCEL, dense(16), distillation(teacher));
        List<Fit.Progress> undisturbed = run(fit, Optional.empty(), Long.MAX_VALUE);
        assertThat(last(undisturbed).losses().features()).isPositive();
        List<Fit.Progress> interrupted = run(fit, Optional.empty(), 8);
        List<Fit.Progress> resumed = run(fit, Optional.of(last(interrupted).state()), Long.MAX_VALUE);
        assertThat(last(resumed).weights().sha256())
                .isEqualTo(last(undisturbed).weights().sha256());
    }

    @Test
    void run_byTheOfficialRecipe_hasNoPatchLossAndEndsWithTheLastWeights() {
        Fit fit = new Fit(PARCEL, settings(16, Precision.FLOAT32, Recipe.OFFICIAL));
        List<Fit.Progress> reports = run(fit, Optional.empty(), Long.MAX_VALUE);
        assertThat(reports).extracting(report -> report.losses().patches()).containsExactly(0.0, 0.0);
        assertThat(reports.get(0).losses().regression()).isPositive();
        assertThat(last(reports).learningRate()).isEqualTo(0.002 * Recipe.OFFICIAL.rate(12 / 16.0));
        // what the state holds first: the number of steps, then the weights at hand
        FloatBuffer atHand = ByteBuffer.wrap(last(reports).state().step())
                .position(Long.BYTES)
                .asFloatBuffer();
        float[] ended = last(reports).weights().parameters();
        float[] newest = new float[ended.length];
        atHand.get(newest);
        assertThat(ended).isEqualTo(newest);
    }

    @Test
    void run_givenATeacher_learnsItsFeatures() {
        Fit fit = new Fit(
                PARCEL, settings(160), Optional.of(new Distillation(teacher("parcel,cube", SIZE), List.of(), 1)));
        List<Fit.Progress> reports = run(fit, Optional.empty(), Long.MAX_VALUE);
        double first = reports.get(0).losses().features() / 4;
        double end = last(reports).losses().features() / 4;
        assertThat(first).isBetween(0.5, 3.0);
        assertThat(end).isLessThan(0.7 * first);
        assertThat(last(reports).losses().alignment()).isZero();
        assertThat(last(reports).weights().architecture())
                .isEqualTo(new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32));
    }

    @Test
    void run_givenATeacherThatDoesNotSuit_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        run(new Fit(PARCEL, settings(8), distillation(teacher("cup,cube", SIZE))), Optional.empty(), 0))
                .withMessage("teacher: expected one that knows 'parcel', this one knows [cup, cube]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(
                        new Fit(PARCEL, settings(8), distillation(teacher("cup,parcel", 128))), Optional.empty(), 0))
                .withMessage("teacher: expected one for crops of 64 pixels, this one was trained on 128");
    }

    @Test
    void run_givenATeacherOfAnotherKind_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        run(new Fit(PARCEL, dense(8), distillation(teacher("parcel,cube", SIZE))), Optional.empty(), 0))
                .withMessage("teacher: expected one with 8 code bits, as the student (0: votes), got 0");
    }

    @Test
    void take_givenSeveralThreads_keepsTheOrderAndTellsOfFailures() {
        try (CropsAhead<Long> ahead = new CropsAhead<>(
                number -> {
                    if (number == 9) {
                        throw new IllegalStateException("no such picture");
                    } else if (number == 10) {
                        throw new UncheckedIOException(new IOException("000010.png: broken"));
                    }
                    return number;
                },
                3,
                3)) {
            for (long number = 3; number < 9; number++) {
                assertThat(ahead.take()).isEqualTo(number);
            }
            org.assertj.core.api.Assertions.assertThatIllegalStateException()
                    .isThrownBy(ahead::take)
                    .withCause(new IllegalStateException("no such picture"));
            assertThatThrownBy(ahead::take)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("000010.png: broken");
        }
    }
}
