package io.apprentice.pose.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import org.junit.jupiter.api.Test;

class PnpSolutionTest {

    private static final Se3 POSE = new Se3(Quaternion.about(new Vec3(1, 2, 3), 0.7), new Vec3(0.1, -0.2, 0.9));

    @Test
    void squaredError_givenErrorsAlongTheAxes_countsThemInStandardDeviations() {
        PnpSolution solution = new PnpSolution(POSE, 8, 8, 1, 8, diagonal(0.01, 0.02));
        Se3 truth = new Se3(
                Quaternion.about(new Vec3(0, 1, 0), -0.06).times(POSE.rotation()),
                POSE.translation().plus(new Vec3(0, 0, 0.02)));
        // two deviations of translation, three of rotation
        assertThat(solution.squaredError(truth)).isCloseTo(4 + 9, within(1e-9));
        assertThat(solution.squaredError(POSE)).isLessThan(1e-20);
    }

    @Test
    void squaredError_givenNoPositiveDefiniteCovariance_isInfinite() {
        assertThat(new PnpSolution(POSE, 8, 8, 1, 8, new double[36]).squaredError(POSE))
                .isInfinite();
    }

    /** A true pose told in the other symmetric way is as far away as before; the error is small, so first order is exact to 1e-3. */
    @Test
    void times_givenASymmetryThatMovesTheOrigin_keepsTheSquaredError() {
        Se3 symmetry = new Se3(Quaternion.about(new Vec3(0, 0, 1), Math.PI), new Vec3(0.3, -0.1, 0.05));
        double[] covariance = diagonal(0.002, 0.003);
        covariance[3] = covariance[18] = 3e-6;
        covariance[8] = covariance[13] = -1e-6;
        PnpSolution solution = new PnpSolution(POSE, 8, 8, 1, 8, covariance);
        Se3 truth = new Se3(
                Quaternion.about(new Vec3(2, -1, 0.5), 1e-4).times(POSE.rotation()),
                POSE.translation().plus(new Vec3(1e-4, -2e-4, 1.5e-4)));
        double before = solution.squaredError(truth);
        assertThat(before).isPositive();
        assertThat(solution.times(symmetry).squaredError(truth.times(symmetry)))
                .isCloseTo(before, within(1e-3 * before));
        assertThat(solution.times(Se3.IDENTITY).covariance()).containsExactly(covariance, within(1e-18));
    }

    private static double[] diagonal(double translation, double rotation) {
        double[] covariance = new double[36];
        for (int i = 0; i < 6; i++) {
            double deviation = i < 3 ? translation : rotation;
            covariance[7 * i] = deviation * deviation;
        }
        return covariance;
    }
}
