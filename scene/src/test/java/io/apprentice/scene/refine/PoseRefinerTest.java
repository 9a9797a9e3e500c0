package io.apprentice.scene.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.metrics.AddMetric;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.TriangleMesh;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.parcel.Parcel;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PoseRefinerTest {

    private static final ObjectModel PARCEL = Parcel.model();
    private static final SyntheticCamera CAMERA = new SyntheticCamera(List.of(PARCEL), SceneSettings.of(5));
    private static final SyntheticFrame FRAME = CAMERA.frame(0);
    private static final Se3 TRUTH = FRAME.truth().get(0).objectToCamera();

    private final PoseRefiner refiner = new PoseRefiner(PARCEL);

    private Optional<RefinedPose> refine(SyntheticFrame frame, Se3... candidates) {
        return refiner.refine(frame.image(), frame.intrinsics(), List.of(candidates));
    }

    private static double error(Se3 estimate, Se3 truth) {
        return AddMetric.error(PARCEL, estimate, truth) / PARCEL.diameter();
    }

    /** Turned by some degrees about any axis, moved by some thousandths of the distance. */
    private static Se3 disturbed(Se3 pose, double degrees, double thousandths, RandomGenerator random) {
        Vec3 axis = new Vec3(random.nextGaussian(), random.nextGaussian(), random.nextGaussian());
        double step = pose.translation().norm() * thousandths / 1000;
        Vec3 move = new Vec3(random.nextGaussian(), random.nextGaussian(), random.nextGaussian()).times(step);
        return new Se3(
                Quaternion.about(axis, Math.toRadians(degrees)).times(pose.rotation()),
                pose.translation().plus(move));
    }

    private static Se3 turned(Se3 pose, Vec3 axis) {
        return pose.times(new Se3(Quaternion.about(axis, Math.PI), Vec3.ZERO));
    }

    @Test
    void refine_givenDisturbedPoses_comesCloseToTheTruth() {
        SplittableRandom random = new SplittableRandom(1);
        int refined = 0;
        double before = 0;
        double after = 0;
        for (int i = 0; i < 12; i++) {
            SyntheticFrame frame = CAMERA.frame(25L * i);
            Se3 truth = frame.truth().get(0).objectToCamera();
            Se3 start = disturbed(truth, 6, 8, random);
            Optional<RefinedPose> pose = refine(frame, start);
            if (pose.isPresent()) {
                refined++;
                before += error(start, truth);
                after += error(pose.get().objectToCamera(), truth);
                // a label that is accepted must be right
                assertThat(error(pose.get().objectToCamera(), truth)).isLessThan(0.05);
                assertThat(pose.get().reprojectionError()).isLessThan(2.5);
            }
        }
        assertThat(refined).isGreaterThanOrEqualTo(9); // some frames are covered by what passes before the camera
        assertThat(after).isLessThan(0.2 * before);
    }

    @Test
    void refine_givenAWrongSide_refusesIt() {
        assertThat(refine(FRAME, turned(TRUTH, new Vec3(1, 0, 0)))).isEmpty();
        assertThat(refine(FRAME, turned(TRUTH, new Vec3(0, 1, 0)))).isEmpty();
        assertThat(refine(FRAME, turned(TRUTH, new Vec3(0, 0, 1)))).isEmpty();
    }

    @Test
    void refine_givenAWrongAndARoughCandidate_refinesTheRoughOne() {
        Se3 rough = disturbed(TRUTH, 5, 5, new SplittableRandom(2));
        Optional<RefinedPose> pose = refine(FRAME, turned(TRUTH, new Vec3(1, 0, 0)), rough);
        assertThat(pose).isPresent();
        assertThat(error(pose.get().objectToCamera(), TRUTH)).isLessThan(0.02);
        assertThat(pose).isEqualTo(refine(FRAME, rough));
    }

    @Test
    void refine_whereTheObjectIsNot_findsNone() {
        CameraIntrinsics camera = FRAME.intrinsics();
        RgbImage noise = RgbImage.black(camera.width(), camera.height());
        new java.util.Random(3).nextBytes(noise.rgb());
        assertThat(refiner.refine(noise, camera, List.of(TRUTH))).isEmpty();
        RgbImage black = RgbImage.black(camera.width(), camera.height());
        assertThat(refiner.refine(black, camera, List.of(TRUTH))).isEmpty();
        Se3 aside = new Se3(TRUTH.rotation(), TRUTH.translation().plus(new Vec3(0.35, 0, 0)));
        assertThat(refine(FRAME, aside)).isEmpty();
    }

    @Test
    void refine_givenUnusablePoses_findsNone() {
        Quaternion q = TRUTH.rotation();
        assertThat(refine(FRAME)).isEmpty();
        assertThat(refine(FRAME, new Se3(q, new Vec3(Double.NaN, 0, 1)))).isEmpty();
        assertThat(refine(FRAME, new Se3(q, new Vec3(0, 0, Double.NaN)))).isEmpty();
        assertThat(refine(FRAME, new Se3(q, new Vec3(0, 0, -1)))).isEmpty();
        assertThat(refine(FRAME, new Se3(q, new Vec3(0, 0, 1e-3)))).isEmpty();
        assertThat(refine(FRAME, new Se3(q, new Vec3(0, 0, 1e6)))).isEmpty();
        assertThat(refine(FRAME, new Se3(q, new Vec3(1e300, 0, 1)))).isEmpty();
    }

    @Test
    void refine_ofAnObjectWithoutTexture_findsNone() {
        TriangleMesh mesh = PARCEL.mesh();
        ObjectModel plain = ObjectModel.of("plain", TriangleMesh.of(mesh.positions(), mesh.triangles()));
        assertThat(new PoseRefiner(plain).refine(FRAME.image(), FRAME.intrinsics(), List.of(TRUTH)))
                .isEmpty();
    }

    @Test
    void refine_throughADistortingLens_findsThePoseOfAPinhole() {
        CameraIntrinsics p = FRAME.intrinsics();
        List<Double> barrel = List.of(-0.25, 0.05, 0.0, 0.0);
        CameraIntrinsics lens = new CameraIntrinsics(p.fx(), p.fy(), p.cx(), p.cy(), p.width(), p.height(), barrel);
        Se3 rough = disturbed(TRUTH, 4, 4, new SplittableRandom(4));

        Optional<RefinedPose> pose = refiner.refine(distorted(FRAME.image(), lens), lens, List.of(rough));

        assertThat(pose).isPresent();
        assertThat(error(pose.get().objectToCamera(), TRUTH)).isLessThan(0.02);
    }

    /** What the lens makes of a pinhole's picture; nearest pixels, k1 and k2 only. */
    private static RgbImage distorted(RgbImage image, CameraIntrinsics lens) {
        double k1 = lens.distortion().get(0);
        double k2 = lens.distortion().get(1);
        RgbImage result = RgbImage.black(image.width(), image.height());
        for (int v = 0; v < image.height(); v++) {
            for (int u = 0; u < image.width(); u++) {
                double xd = (u - lens.cx()) / lens.fx();
                double yd = (v - lens.cy()) / lens.fy();
                double factor = 1;
                for (int i = 0; i < 20; i++) {
                    double r2 = (xd * xd + yd * yd) / factor / factor;
                    factor = 1 + k1 * r2 + k2 * r2 * r2;
                }
                int x = (int) Math.round(xd / factor * lens.fx() + lens.cx());
                int y = (int) Math.round(yd / factor * lens.fy() + lens.cy());
                if (x >= 0 && y >= 0 && x < image.width() && y < image.height()) {
                    System.arraycopy(
                            image.rgb(), 3 * (y * image.width() + x), result.rgb(), 3 * (v * image.width() + u), 3);
                }
            }
        }
        return result;
    }

    @Test
    void refine_givenAFrameOfAnotherSize_namesBoth() {
        assertThatThrownBy(() -> refiner.refine(RgbImage.black(3, 2), FRAME.intrinsics(), List.of(TRUTH)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("640 x 480")
                .hasMessageContaining("3 x 2");
    }
}
