package io.apprentice.pose.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.pose.Fixtures;
import io.apprentice.pose.geometry.Quaternion;
import org.junit.jupiter.api.Test;

/** Errors equal bop_toolkit's; source: the fixture's README. Points are placed with the fixture's own matrices. */
class MetricsParityTest {

    private static final double TOLERANCE = 1e-9;

    @Test
    void averageDistances_givenFixtures_equalBopToolkit() {
        for (JsonNode c : Fixtures.cases("pose-metrics.json")) {
            String id = c.get("id").asText();
            JsonNode expected = c.get("expected");
            PlacedPoints truth = placed(c, "gt");
            PlacedPoints estimate = placed(c, "est");
            assertClose(id, estimate.meanDistance(truth), expected.get("add"));
            assertClose(id, truth.meanDistanceToNearest(estimate), expected.get("adi"));
            assertClose(id, estimate.meanImageDistance(truth, Fixtures.camera(c.get("K"))), expected.get("proj"));
        }
    }

    /** The README's tolerance: relative, absolute where 0 is expected. */
    private static void assertClose(String id, double got, JsonNode expected) {
        double value = expected.asDouble();
        assertThat(got).as(id).isCloseTo(value, within(TOLERANCE * (value == 0 ? 1 : value)));
    }

    /** Rotations of our own are orthonormal: a quaternion cannot be M18, rounded to four decimals, and need not be. */
    @Test
    void angle_givenFixtures_equalsBopToolkit() {
        for (JsonNode c : Fixtures.cases("pose-metrics.json")) {
            if (c.get("note").asText().contains("not quite orthonormal")) {
                continue;
            }
            Quaternion truth = Quaternion.ofMatrix(Fixtures.flat(c.get("R_gt")));
            Quaternion estimate = Quaternion.ofMatrix(Fixtures.flat(c.get("R_est")));
            // the fixture's README: acos near 0 and 180 degrees
            assertThat(Math.toDegrees(estimate.angleTo(truth)))
                    .as(c.get("id").asText())
                    .isCloseTo(c.get("expected").get("re").asDouble(), within(1e-5));
        }
    }

    private static PlacedPoints placed(JsonNode c, String pose) {
        return PlacedPoints.of(
                Fixtures.flat(c.get("points")), Fixtures.flat(c.get("R_" + pose)), Fixtures.flat(c.get("t_" + pose)));
    }
}
