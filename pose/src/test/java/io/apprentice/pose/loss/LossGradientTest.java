package io.apprentice.pose.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.CellGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Analytic gradients against central differences, in double: a step of 1e-5 leaves 1e-9 or so. */
class LossGradientTest {

    private static final double STEP = 1e-5;
    private static final CellGrid GRID = CellGrid.of(128, 128, 4);
    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(600, 610, 320, 240, 640, 480);
    /** A crop turned by some 20 degrees and scaled. */
    private static final Affine2 FRAME_TO_CROP = new Affine2(0.8, 0.3, -250, -0.3, 0.8, -20);

    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void focalLoss_byLogits_agreesWithDifferences() {
        int classes = 3;
        byte[] labels = {1, 0, -1, 0, 1, 0};
        double[] logits = random.doubles((long) labels.length * classes, -4, 4).toArray();
        double[] gradient = new double[logits.length];
        FocalLoss.of(logits, classes, labels, 1, gradient);
        assertAgrees(gradient, logits, z -> FocalLoss.of(z, classes, labels, 1, new double[z.length]));
    }

    @Test
    void focalLoss_beyondTheClamp_hasNoGradient() {
        double[] gradient = new double[2];
        assertThat(FocalLoss.of(new double[] {-40, 40}, 1, new byte[] {1, 0}, 0, gradient))
                .isFinite();
        assertThat(Arrays.stream(gradient).allMatch(g -> g == 0)).isTrue();
    }

    @Test
    void objectSpaceLoss_byVotes_agreesWithDifferences() {
        ObjectSpaceLoss loss = loss();
        for (int cell : new int[] {5, 300, 339}) {
            double[] votes = random.doubles(16, -1, 1).toArray();
            double[] gradient = new double[16];
            loss.of(GRID, cell, votes, gradient);
            assertAgrees(gradient, votes, t -> loss.of(GRID, cell, t, new double[16]));
        }
    }

    @Test
    void objectSpaceLoss_givenTrueKeypoints_isZero() {
        List<Vec3> keypoints = box();
        Se3 pose = pose();
        double[] votes = new double[16];
        int cell = 330;
        for (int k = 0; k < 8; k++) {
            Vec3 point = pose.transform(keypoints.get(k));
            double x = CAMERA.projectX(point);
            double y = CAMERA.projectY(point);
            votes[k] = (FRAME_TO_CROP.u(x, y) - GRID.centreX(cell)) / GRID.anchor(cell);
            votes[k + 8] = (FRAME_TO_CROP.v(x, y) - GRID.centreY(cell)) / GRID.anchor(cell);
        }
        assertThat(loss().of(GRID, cell, votes, new double[16])).isCloseTo(0, within(1e-20));
    }

    @Test
    void addTo_givenOffsetAndWeight_addsToThatItemOnly() {
        byte[] labels = {1, 0};
        float[] logits = {9, 9, 0.5f, -0.5f, 9};
        float[] gradient = {1, 1, 1, 1, 1};
        double[] expected = new double[2];
        FocalLoss.of(new double[] {0.5, -0.5}, 1, labels, 0, expected);
        FocalLoss.addTo(logits, 2, 1, labels, 0, 3, gradient);
        assertThat(gradient).containsExactly(1, 1, (float) (1 + 3 * expected[0]), (float) (1 + 3 * expected[1]), 1);
    }

    @Test
    void patchLoss_byLogits_agreesWithDifferences() {
        int patches = 4;
        int[] labels = {2, -1, 0};
        float[] logits = new float[12];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (random.nextDouble() * 4 - 2);
        }
        float[] gradient = new float[12];
        PatchLoss.addTo(logits, 0, patches, labels, 1, gradient);
        for (int i = 0; i < logits.length; i++) {
            // float inputs: a coarse step, whose error is about its square
            float[] up = logits.clone();
            float[] down = logits.clone();
            up[i] += 0x1p-7f;
            down[i] -= 0x1p-7f;
            double difference = (PatchLoss.addTo(up, 0, patches, labels, 1, new float[12])
                            - PatchLoss.addTo(down, 0, patches, labels, 1, new float[12]))
                    / 0x1p-6;
            assertThat((double) gradient[i]).isCloseTo(difference, within(2e-5));
        }
    }

    @Test
    void maskLoss_byLogits_agreesWithDifferences() {
        byte[] labels = {1, 0, -1, 0, 1};
        float[] logits = floats(labels.length * 2 + 1);
        float[] gradient = new float[logits.length];
        MaskLoss.addTo(logits, 1, 2, labels, 1, 3, gradient);
        assertAgrees(gradient, logits, 3, z -> MaskLoss.addTo(z, 1, 2, labels, 1, 0, new float[z.length]));
        // another object is not the first class's background
        assertThat(gradient[1 + 2 * 2]).isZero();
    }

    @Test
    void codeLoss_byLogits_agreesWithDifferences() {
        int bits = 3;
        int[] codes = {0b101, -1, 0b010, 0b111};
        double[] weights = {1, 0.5, 2};
        int stride = 2 * bits; // two classes, of which the second is seen
        float[] logits = floats(codes.length * stride);
        float[] gradient = new float[logits.length];
        CodeLoss.addTo(logits, bits, stride, codes, weights, new BitErrors(bits), 3, gradient);
        assertAgrees(
                gradient,
                logits,
                3,
                z -> CodeLoss.addTo(z, bits, stride, codes, weights, new BitErrors(bits), 0, new float[z.length]));
        assertThat(gradient[0]).isZero();
    }

    @Test
    void codeLoss_givenTheRightBits_isSmallAndOtherwiseLarge() {
        float[] sure = {20, -20, 20};
        assertThat(CodeLoss.addTo(
                        sure, 0, 3, new int[] {0b101}, new double[] {1, 1, 1}, new BitErrors(3), 1, new float[3]))
                .isCloseTo(0, within(1e-8));
        assertThat(CodeLoss.addTo(
                        sure, 0, 3, new int[] {0b001}, new double[] {1, 1, 1}, new BitErrors(3), 1, new float[3]))
                .isCloseTo(20 / 3.0, within(1e-6));
    }

    private static void assertAgrees(float[] gradient, float[] values, double weight, ToDoubleFunction<float[]> loss) {
        for (int i = 0; i < values.length; i++) {
            // float inputs: a coarse step, whose error is about its square
            float[] up = values.clone();
            float[] down = values.clone();
            up[i] += 0x1p-7f;
            down[i] -= 0x1p-7f;
            double difference = (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / 0x1p-6;
            assertThat((double) gradient[i]).isCloseTo(weight * difference, within(2e-5));
        }
    }

    @Test
    void featureLoss_byFeatures_agreesWithDifferences() {
        int channels = 2;
        float[] teacher = floats(GRID.levelStart(3) * channels); // the teacher has three levels, the student four
        float[] features = floats(GRID.cells() * channels + 5);
        float[] gradient = new float[features.length];
        FeatureLoss.addTo(GRID, channels, features, 5, teacher, 2, gradient);
        int end = GRID.levelStart(3) * channels;
        for (int i : new int[] {5, 6, 300, 515, 600, 4 + end, 5 + end, features.length - 1}) {
            float[] up = features.clone();
            float[] down = features.clone();
            up[i] += 0x1p-7f;
            down[i] -= 0x1p-7f;
            double difference = (FeatureLoss.addTo(GRID, channels, up, 5, teacher, 1, new float[features.length])
                            - FeatureLoss.addTo(GRID, channels, down, 5, teacher, 1, new float[features.length]))
                    / 0x1p-6;
            assertThat((double) gradient[i]).isCloseTo(2 * difference, within(1e-7));
        }
        assertThat(gradient[0]).isZero();
        assertThat(gradient[5 + end]).isZero();
    }

    @Test
    void featureLoss_givenNothingAndTheTeachersOwn_isOneAndZero() {
        float[] teacher = floats(GRID.cells() * 3);
        float[] gradient = new float[teacher.length];
        assertThat(FeatureLoss.addTo(GRID, 3, new float[teacher.length], 0, teacher, 1, gradient))
                .isCloseTo(1, within(1e-12));
        assertThat(FeatureLoss.addTo(GRID, 3, teacher, 0, teacher, 1, gradient)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureLoss.addTo(GRID, 4, gradient, 0, teacher, 1, gradient))
                .withMessage("teacher features: expected whole levels of 4 channels on 340 cells, got 1020");
    }

    private float[] floats(int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) (random.nextDouble() * 4 - 2);
        }
        return floats;
    }

    private static void assertAgrees(double[] gradient, double[] at, ToDoubleFunction<double[]> loss) {
        for (int i = 0; i < at.length; i++) {
            double[] up = at.clone();
            double[] down = at.clone();
            up[i] += STEP;
            down[i] -= STEP;
            double difference = (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / (2 * STEP);
            assertThat(gradient[i])
                    .as("[%d]", i)
                    .isCloseTo(difference, within(1e-8 * Math.max(1, Math.abs(difference))));
        }
    }

    private static ObjectSpaceLoss loss() {
        return new ObjectSpaceLoss(box(), 0.35, pose(), CAMERA, FRAME_TO_CROP);
    }

    private static Se3 pose() {
        return new Se3(Quaternion.about(new Vec3(1, 2, 3), 0.9), new Vec3(0.05, -0.02, 0.9));
    }

    private static List<Vec3> box() {
        List<Vec3> corners = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            corners.add(new Vec3((i & 4) == 0 ? -.14 : .14, (i & 2) == 0 ? -.1 : .1, (i & 1) == 0 ? -.06 : .06));
        }
        return corners;
    }
}
