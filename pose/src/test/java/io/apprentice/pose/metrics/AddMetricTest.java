package io.apprentice.pose.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.Shapes;
import io.apprentice.pose.object.Texture;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AddMetricTest {

    private static final Se3 TRUTH = new Se3(Quaternion.about(new Vec3(1, 1, 0), 0.7), new Vec3(0.1, 0, 0.8));

    @Test
    void within_givenShift_comparesWithATenthOfTheDiameter() {
        float[] face = {0, 0, 1, 1};
        Texture white = new Texture(new int[] {0xffffff}, 0, 0);
        ObjectModel parcel = ObjectModel.of(
                "parcel",
                Shapes.box(0.14f, 0.095f, 0.06f, 4, new float[][] {face, face, face, face, face, face}, white));
        double tenth = parcel.diameter() / 10;
        assertThat(AddMetric.error(parcel, TRUTH, TRUTH)).isZero();
        assertThat(AddMetric.error(parcel, shifted(0.03), TRUTH)).isCloseTo(0.03, within(1e-12));
        assertThat(AddMetric.within(parcel, shifted(0.99 * tenth), TRUTH)).isTrue();
        assertThat(AddMetric.within(parcel, shifted(1.01 * tenth), TRUTH)).isFalse();
    }

    @Test
    void adds_givenRandomPoints_isWhatAllPairsGive() {
        SplittableRandom random = new SplittableRandom(5);
        float[] points = new float[3 * 200];
        for (int i = 0; i < points.length; i++) {
            points[i] = (float) (random.nextDouble() - 0.5);
        }
        Se3 estimate = new Se3(Quaternion.about(new Vec3(0, 1, 2), 2.5), new Vec3(0.15, 0.05, 0.7));
        double expected = 0;
        for (int i = 0; i < points.length; i += 3) {
            Vec3 point = TRUTH.transform(new Vec3(points[i], points[i + 1], points[i + 2]));
            double nearest = Double.POSITIVE_INFINITY;
            for (int j = 0; j < points.length; j += 3) {
                Vec3 other = estimate.transform(new Vec3(points[j], points[j + 1], points[j + 2]));
                nearest = Math.min(nearest, point.minus(other).norm());
            }
            expected += nearest / 200;
        }
        assertThat(AddMetric.adds(points, estimate, TRUTH)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void reprojectionError_givenShiftAlongX_isItsPixels() {
        CameraIntrinsics camera = new CameraIntrinsics(600, 600, 320, 240, 640, 480);
        double[] origin = {0, 0, 0};
        // 8 mm at 0.8 m and 600 pixels
        Se3 estimate = new Se3(TRUTH.rotation(), TRUTH.translation().plus(new Vec3(0.008, 0, 0)));
        assertThat(errors(origin, estimate).reprojection(camera)).isCloseTo(6, within(1e-9));
        Se3 behind = new Se3(TRUTH.rotation(), new Vec3(0, 0, -1));
        assertThat(errors(origin, behind).reprojection(camera)).isInfinite();
        assertThat(errors(origin, behind).mspd(List.of(Se3.IDENTITY), camera)).isInfinite();
    }

    private static PoseErrors errors(double[] points, Se3 estimate) {
        return new PoseErrors(points, PoseMatrix.of(estimate), PoseMatrix.of(TRUTH));
    }

    private static Se3 shifted(double metres) {
        return new Se3(TRUTH.rotation(), TRUTH.translation().plus(new Vec3(0, 0, metres)));
    }
}
