package io.apprentice.learning.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.learning.SyntheticLabels;
import io.apprentice.learning.step.TrainingSample;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.ForegroundMap;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.pose.prediction.LocalHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SampleExtractorTest {

    private static final int SIZE = 64;
    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(300, 300, 160, 120, 320, 240);
    private static final ObjectModel BOX = ObjectModel.of("box", box(0.1f, 0.08f, 0.06f));
    private static final Se3 POSE = new Se3(new Quaternion(0.2, 0.4, 0.1, 0.9), new Vec3(0.1, 0.05, 1));

    /** A frame whose red and green are the pixel's place; the object is not drawn, only its place matters here. */
    private static RgbImage ramp() {
        byte[] rgb = new byte[3 * 320 * 240];
        for (int i = 0; i < 320 * 240; i++) {
            rgb[3 * i] = (byte) (i % 320 * 0.75);
            rgb[3 * i + 1] = (byte) (i / 320);
        }
        return new RgbImage(320, 240, rgb);
    }

    @Test
    void sample_givenAnyJitter_showsWhatItsMapSays() {
        SampleExtractor extractor = extractor(new AugmentationSettings(0.25, 0.25, 20, 0.3, 0, 0, 0, 0, 0, 0));
        HeldLabel held = extractor.hold(label(Optional.empty(), 80)).orElseThrow();
        for (int seed = 0; seed < 20; seed++) {
            TrainingSample sample = extractor
                    .sample(held, held.objects().get(0), new SplittableRandom(seed))
                    .orElseThrow();
            Affine2 cropToFrame = sample.frameToCrop().inverse();
            for (int v = 10; v < SIZE; v += 21) {
                for (int u = 10; u < SIZE; u += 21) {
                    double x = cropToFrame.u(u, v);
                    double y = cropToFrame.v(u, v);
                    if (x > 5 && x < 314 && y > 5 && y < 234) {
                        int at = 3 * (SIZE * v + u);
                        // JPEG and bilinear sampling cost a few grey values of a smooth ramp
                        assertThat((double) (sample.rgb()[at] & 255)).isCloseTo(0.75 * x, within(5));
                        assertThat((double) (sample.rgb()[at + 1] & 255)).isCloseTo(y, within(5));
                    }
                }
            }
            assertThat(sample.mask()).contains(1).contains(0);
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.data.Offset.offset(tolerance);
    }

    @Test
    void sample_givenSameSeed_repeats() {
        SampleExtractor extractor = extractor(AugmentationSettings.DEFAULT);
        HeldLabel held = extractor.hold(label(Optional.empty(), 80)).orElseThrow();
        TrainingSample first = extractor
                .sample(held, held.objects().get(0), new SplittableRandom(3))
                .orElseThrow();
        TrainingSample again = extractor
                .sample(held, held.objects().get(0), new SplittableRandom(3))
                .orElseThrow();

        assertThat(again.rgb()).isEqualTo(first.rgb());
        assertThat(again.mask()).isEqualTo(first.mask());
        assertThat(again.frameToCrop()).isEqualTo(first.frameToCrop());
    }

    @Test
    void sample_givenForegroundOfLeftHalf_masksRightHalf() {
        SampleExtractor extractor = extractor(AugmentationSettings.NONE);
        // the teacher's crop is the sample's: side 1.5 times the larger side of the box
        HeldLabel.HeldObject plain = extractor
                .hold(label(Optional.empty(), 80))
                .orElseThrow()
                .objects()
                .get(0);
        Affine2 region = Affine2.squareCrop(plain.boxX(), plain.boxY(), 1.5 * plain.size(), SIZE);
        ForegroundMap leftHalf = new ForegroundMap(2, 1, new float[] {0.4f, 0.01f});
        Label label = new Label(
                new LabelReference(0, 1),
                ramp(),
                CAMERA,
                List.of(new ObjectLabel(
                        "box",
                        region,
                        SIZE,
                        plain.label().predictions(),
                        Optional.of(POSE),
                        plain.label().quality(),
                        Optional.of(leftHalf))));
        HeldLabel held = extractor.hold(label).orElseThrow();
        byte[] mask = extractor
                .sample(held, held.objects().get(0), new SplittableRandom(1))
                .orElseThrow()
                .mask();

        for (int i = 0; i < mask.length; i++) {
            assertThat(i % SIZE < SIZE / 2 || mask[i] == 0).isTrue();
        }
        assertThat(mask).contains(1);
    }

    @Test
    void sample_givenPoorPose_doesNotRegressToIt() {
        SampleExtractor extractor = extractor(AugmentationSettings.NONE);
        for (int inliers : new int[] {30, 80}) {
            HeldLabel held = extractor.hold(label(Optional.empty(), inliers)).orElseThrow();
            TrainingSample sample = extractor
                    .sample(held, held.objects().get(0), new SplittableRandom(1))
                    .orElseThrow();
            assertThat(sample.objectToCamera().isPresent()).isEqualTo(inliers == 80);
            assertThat(sample.teacher()).isPresent();
            assertThat(sample.mask()).contains(1);
        }
    }

    @Test
    void hold_givenMissingPose_keepsNothing() {
        SampleExtractor extractor = extractor(AugmentationSettings.DEFAULT);
        Label notFound = new Label(
                new LabelReference(0, 1),
                ramp(),
                CAMERA,
                List.of(new ObjectLabel(
                        "box",
                        Affine2.IDENTITY,
                        SIZE,
                        new io.apprentice.pose.prediction.KeypointVotes(8, new float[0], new float[0]),
                        Optional.empty(),
                        new LabelQuality(0, 0, 0, 0),
                        Optional.empty())));
        assertThat(extractor.hold(notFound)).isEmpty();
    }

    private static SampleExtractor extractor(AugmentationSettings augmentation) {
        AugmentationSettings colourless = new AugmentationSettings(
                augmentation.shift(),
                augmentation.zoom(),
                augmentation.rotation(),
                augmentation.wide(),
                0,
                0,
                0,
                0,
                0,
                0);
        return new SampleExtractor(
                Map.of("box", BOX), List.of("box"), SIZE, LocalHead.votes(4), GateSettings.DEFAULT, colourless);
    }

    private static Label label(Optional<ForegroundMap> foreground, int inliers) {
        ObjectLabel plain = SyntheticLabels.label(BOX, POSE, CAMERA, new SplittableRandom(1));
        ObjectLabel object = new ObjectLabel(
                "box",
                plain.frameToCrop(),
                plain.cropSize(),
                plain.predictions(),
                plain.objectToCamera(),
                new LabelQuality(inliers, 80, 0.4, 0.9),
                foreground);
        return new Label(new LabelReference(0, 1), ramp(), CAMERA, List.of(object));
    }

    private static TriangleMesh box(float x, float y, float z) {
        float[] positions = new float[24];
        for (int i = 0; i < 8; i++) {
            positions[3 * i] = (i & 4) == 0 ? -x : x;
            positions[3 * i + 1] = (i & 2) == 0 ? -y : y;
            positions[3 * i + 2] = (i & 1) == 0 ? -z : z;
        }
        int[][] faces = {{0, 1, 3, 2}, {4, 6, 7, 5}, {0, 4, 5, 1}, {2, 3, 7, 6}, {0, 2, 6, 4}, {1, 5, 7, 3}};
        int[] triangles = new int[36];
        for (int f = 0; f < 6; f++) {
            int[] corners = {faces[f][0], faces[f][1], faces[f][2], faces[f][0], faces[f][2], faces[f][3]};
            System.arraycopy(corners, 0, triangles, 6 * f, 6);
        }
        return TriangleMesh.of(positions, triangles);
    }
}
