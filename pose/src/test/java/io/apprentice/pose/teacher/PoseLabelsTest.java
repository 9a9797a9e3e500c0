package io.apprentice.pose.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryGroup;
import io.apprentice.pose.object.TriangleMesh;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoseLabelsTest {

    private static final CameraIntrinsics CAMERA =
            new CameraIntrinsics(600, 620, 320, 240, 640, 480, List.of(-0.2, 0.05, 0.001, -0.001));
    private static final Se3 POSE = new Se3(Quaternion.about(new Vec3(1, 2, 0.5), 0.7), new Vec3(0.05, -0.02, 0.8));

    private static ObjectModel object(SymmetryGroup symmetries) {
        float[] vertices = {-0.05f, -0.03f, 0, 0.05f, -0.03f, 0, 0.05f, 0.03f, 0.08f, -0.05f, 0.03f, 0.08f};
        return ObjectModel.of("brick", TriangleMesh.of(vertices, new int[] {0, 1, 2, 0, 2, 3}), symmetries);
    }

    /** Small enough that projection is linear: positions to 0.5 mm, turns to 0.2 degrees, correlated. */
    private static double[] covariance() {
        double[] l = new double[36];
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j <= i; j++) {
                l[6 * i + j] = (i < 3 ? 5e-4 : 3e-3) * (i == j ? 1 : 0.3 - 0.1 * j);
            }
        }
        double[] c = new double[36];
        for (int i = 0; i < 36; i++) {
            for (int k = 0; k < 6; k++) {
                c[i] += l[6 * (i / 6) + k] * l[6 * (i % 6) + k];
            }
        }
        return c;
    }

    private static double[] pixel(Se3 pose, Vec3 point) {
        return CAMERA.pixel(pose.transform(point));
    }

    /** The keypoint's derivative by the six numbers of the pose, by central differences; 2 x 6. */
    private static double[][] jacobian(Vec3 point) {
        double[][] jacobian = new double[2][6];
        double step = 1e-6;
        for (int j = 0; j < 6; j++) {
            Vec3 axis = new Vec3(j % 3 == 0 ? 1 : 0, j % 3 == 1 ? 1 : 0, j % 3 == 2 ? 1 : 0);
            double[][] ends = new double[2][];
            for (int side = 0; side < 2; side++) {
                double d = side == 0 ? -step : step;
                Se3 moved = j < 3
                        ? new Se3(POSE.rotation(), POSE.translation().plus(axis.times(d)))
                        : new Se3(Quaternion.about(axis, d).times(POSE.rotation()), POSE.translation());
                ends[side] = pixel(moved, point);
            }
            for (int row = 0; row < 2; row++) {
                jacobian[row][j] = (ends[1][row] - ends[0][row]) / (2 * step);
            }
        }
        return jacobian;
    }

    @Test
    void of_givenCovariance_spreadsEachKeypointsVotesByJCJ() {
        ObjectModel object = object(SymmetryGroup.NONE);
        double[] c = covariance();
        ObjectLabel label = PoseLabels.of(Optional.of(new TaughtPose(POSE, c, 0.9)), object, CAMERA);

        assertThat(label.objectToCamera()).contains(POSE);
        int cells = label.predictions().size();
        for (int k = 0; k < 8; k++) {
            Vec3 point = object.keypoints().get(k);
            double[] place = pixel(POSE, point);
            double[][] jacobian = jacobian(point);
            for (int a = 0; a < 2; a++) {
                double mean = 0;
                for (int i = 0; i < cells; i++) {
                    mean += label.predictions().points()[(i * 8 + k) * 2 + a] / cells;
                }
                assertThat(mean).isCloseTo(place[a], within(0.01)); // what is not linear
                for (int b = 0; b < 2; b++) {
                    double expected = 0;
                    for (int i = 0; i < 36; i++) {
                        expected += jacobian[a][i / 6] * c[i] * jacobian[b][i % 6];
                    }
                    double got = 0;
                    for (int i = 0; i < cells; i++) {
                        got += (label.predictions().points()[(i * 8 + k) * 2 + a] - place[a])
                                * (label.predictions().points()[(i * 8 + k) * 2 + b] - place[b])
                                / cells;
                    }
                    assertThat(got).isCloseTo(expected, within(0.003)); // of variances up to 0.5 square pixels
                }
            }
        }
        assertThat(label.predictions().scores()).containsOnly(0.9f);
        assertThat(label.quality().reprojectionError()).isBetween(0.1, 1.5);
    }

    @Test
    void of_withoutCovariance_votesForTheKeypointsThemselves() {
        ObjectModel object = object(SymmetryGroup.NONE);
        ObjectLabel label = PoseLabels.of(Optional.of(new TaughtPose(POSE, 1)), object, CAMERA);

        for (int i = 0; i < label.predictions().points().length; i += 2) {
            double[] place = pixel(POSE, object.keypoints().get(i / 2 % 8));
            assertThat(label.predictions().points()[i]).isCloseTo((float) place[0], within(1e-4f));
            assertThat(label.predictions().points()[i + 1]).isCloseTo((float) place[1], within(1e-4f));
        }
        assertThat(label.quality().inliers()).isEqualTo(96);
        assertThat(label.quality().reprojectionError()).isZero();
    }

    @Test
    void of_givenPosesThatLookTheSame_givesTheSameLabel() {
        Se3 half = new Se3(Quaternion.about(new Vec3(0, 0, 1), Math.PI), new Vec3(0, 0, 0));
        ObjectModel object = object(new SymmetryGroup(List.of(half), List.of()));
        double[] c = covariance();
        ObjectLabel one = PoseLabels.of(Optional.of(new TaughtPose(POSE, c, 1)), object, CAMERA);
        ObjectLabel other = PoseLabels.of(Optional.of(new TaughtPose(POSE.times(half), c, 1)), object, CAMERA);

        for (int i = 0; i < one.predictions().points().length; i++) {
            assertThat(other.predictions().points()[i])
                    .isCloseTo(one.predictions().points()[i], within(1e-3f));
        }
    }

    @Test
    void of_givenNothingOrAPoseBehindTheCamera_saysNotFound() {
        ObjectModel object = object(SymmetryGroup.NONE);
        Se3 behind = new Se3(Quaternion.IDENTITY, new Vec3(0, 0, -1));

        for (Optional<TaughtPose> pose :
                List.of(Optional.<TaughtPose>empty(), Optional.of(new TaughtPose(behind, 1)))) {
            ObjectLabel label = PoseLabels.of(pose, object, CAMERA);
            assertThat(label.objectToCamera()).isEmpty();
            assertThat(label.predictions().size()).isZero();
        }
    }

    @Test
    void construct_givenBadNumbers_saysWhatWasExpected() {
        double[] negative = new double[36];
        negative[7] = -1;
        assertThatThrownBy(() -> new TaughtPose(POSE, 1.5)).hasMessageContaining("0 to 1, got 1.5");
        assertThatThrownBy(() -> new TaughtPose(POSE, new double[6], 1)).hasMessageContaining("got 6");
        assertThatThrownBy(() -> new TaughtPose(POSE, negative, 1)).hasMessageContaining("row 1, column 1");
    }
}
