package io.apprentice.pose.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.pose.GoldenGeometry;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.testing.Fixtures;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Symmetries equal bop_toolkit's, in its order; source: the fixture's README. */
class SymmetryParityTest {

    @Test
    void transforms_givenFixtures_equalBopToolkit() {
        int compared = 0;
        for (JsonNode c : Fixtures.cases("pose-metrics.json")) {
            String id = c.get("id").asText();
            List<Se3> transforms = GoldenGeometry.symmetries(c.path("symmetries"))
                    .transforms(c.get("max_sym_disc_step").asDouble());
            assertThat(transforms).as(id).hasSize(c.get("n_transforms").asInt());
            JsonNode expected = c.get("transforms");
            for (int i = 0; expected != null && i < expected.size(); i++) {
                double[] t = Fixtures.flat(expected.get(i).get("t"));
                assertThat(transforms.get(i).rotation().matrix())
                        .as(id)
                        .containsExactly(Fixtures.flat(expected.get(i).get("R")), within(1e-9));
                assertThat(transforms
                                .get(i)
                                .translation()
                                .minus(new Vec3(t[0], t[1], t[2]))
                                .norm())
                        .as(id)
                        .isLessThan(1e-9);
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }

    @Test
    void transforms_givenABadStep_isRefused() {
        for (double step : new double[] {0, -1, 1e-9, 4, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SymmetryGroup.NONE.transforms(step))
                    .withMessage("symmetries: expected a step from 1e-4 to pi, got " + step);
        }
    }
}
