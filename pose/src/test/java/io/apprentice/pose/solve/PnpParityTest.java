package io.apprentice.pose.solve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.pose.GoldenGeometry;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.testing.Fixtures;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Poses equal the exact ones and the least-squares minima of the fixture; tolerances from its README. */
class PnpParityTest {

    @Test
    void solve_givenExactPoints_returnsTruePose() {
        for (JsonNode c : cases()) {
            // points pass as float32, good to 3e-5 pixels; the README's tolerances hold for the refiner in double
            Se3 truth = GoldenGeometry.pose(c.get("R"), c.get("t"));
            Se3 pose = solve(c, "exact_xy").orElseThrow().objectToCamera();
            assertNear(c, pose, truth, 1e-3, 1e-5);
            assertNear(c, refined(c, "exact_xy", pose, all(c)), truth, 1e-4, 1e-6);
        }
    }

    @Test
    void refine_givenNoisyPoints_reachesTheLeastSquares() {
        for (JsonNode c : cases()) {
            JsonNode minimum = c.get("expected").get("least_squares_noisy");
            Se3 start = solve(c, "noisy_xy").orElseThrow().objectToCamera();
            assertNear(
                    c,
                    refined(c, "noisy_xy", start, all(c)),
                    GoldenGeometry.pose(minimum.get("R"), minimum.get("t")),
                    1e-5,
                    1e-6);
        }
    }

    @Test
    void solve_givenOutliers_leavesThemOut() {
        for (JsonNode c : cases()) {
            JsonNode minimum = c.get("expected").get("least_squares_without_outliers");
            PnpSolution solution = solve(c, "outlier_xy").orElseThrow();
            assertThat(solution.inliers())
                    .isLessThanOrEqualTo(
                            c.get("points").size() - c.get("outliers").size());
            int[] kept = all(c);
            List<Integer> outliers = Arrays.stream(Fixtures.flat(c.get("outliers")))
                    .mapToObj(i -> (int) i)
                    .toList();
            kept = Arrays.stream(kept).filter(i -> !outliers.contains(i)).toArray();
            assertNear(
                    c,
                    refined(c, "outlier_xy", solution.objectToCamera(), kept),
                    GoldenGeometry.pose(minimum.get("R"), minimum.get("t")),
                    1e-5,
                    1e-6);
        }
    }

    private static JsonNode cases() {
        return Fixtures.read("pose-metrics.json").get("pnp").get("cases");
    }

    private static int[] all(JsonNode c) {
        int[] indices = new int[c.get("points").size()];
        Arrays.setAll(indices, i -> i);
        return indices;
    }

    private static Optional<PnpSolution> solve(JsonNode c, String xy) {
        List<Vec3> points = GoldenGeometry.points(c.get("points"));
        double[] pixels = Fixtures.flat(c.get(xy));
        float[] votes = new float[pixels.length];
        for (int i = 0; i < votes.length; i++) {
            votes[i] = (float) pixels[i];
        }
        return new EpnpRansac(PnpSettings.OFFICIAL)
                .solve(
                        points,
                        new KeypointVotes(points.size(), new float[] {1}, votes),
                        GoldenGeometry.camera(c.get("K")));
    }

    private static Se3 refined(JsonNode c, String xy, Se3 start, int[] indices) {
        double[] points = Fixtures.flat(c.get("points"));
        double[] pixels = Fixtures.flat(c.get(xy));
        double[] weights = new double[indices.length];
        double[] x = new double[3 * indices.length];
        double[] u = new double[2 * indices.length];
        for (int i = 0; i < indices.length; i++) {
            weights[i] = 1;
            System.arraycopy(points, 3 * indices[i], x, 3 * i, 3);
            System.arraycopy(pixels, 2 * indices[i], u, 2 * i, 2);
        }
        CameraIntrinsics camera = GoldenGeometry.camera(c.get("K"));
        return new PnpRefiner(x, u, weights, camera).refine(start);
    }

    private static void assertNear(JsonNode c, Se3 pose, Se3 expected, double degrees, double share) {
        String id = c.get("id").asText();
        assertThat(Math.toDegrees(pose.rotation().angleTo(expected.rotation())))
                .as(id)
                .isLessThan(degrees);
        assertThat(pose.translation().minus(expected.translation()).norm())
                .as(id)
                .isLessThan(share * expected.translation().norm());
    }
}
