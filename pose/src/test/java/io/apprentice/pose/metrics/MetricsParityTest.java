package io.apprentice.pose.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.pose.GoldenGeometry;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.testing.Fixtures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Errors equal bop_toolkit's; source and tolerances: the fixture's README. */
class MetricsParityTest {

    private static final String FILE = "pose-metrics.json";
    private static final double TOLERANCE = 1e-9;

    @Test
    void errors_givenFixtures_equalBopToolkit() {
        for (JsonNode c : Fixtures.cases(FILE)) {
            String id = c.get("id").asText();
            JsonNode expected = c.get("expected");
            CameraIntrinsics camera = GoldenGeometry.camera(c.get("K"));
            PoseErrors errors = new PoseErrors(Fixtures.flat(c.get("points")), pose(c, "est"), pose(c, "gt"));
            List<Se3> symmetries = GoldenGeometry.symmetries(c.path("symmetries"))
                    .transforms(c.get("max_sym_disc_step").asDouble());
            assertClose(id + " add", errors.add(), expected.get("add"));
            assertClose(id + " adi", errors.adds(), expected.get("adi"));
            assertClose(id + " mssd", errors.mssd(symmetries), expected.get("mssd"));
            assertClose(id + " mspd", errors.mspd(symmetries, camera), expected.get("mspd"));
            assertClose(id + " te", errors.translation(), expected.get("te"));
            assertClose(id + " proj", errors.reprojection(camera), expected.get("proj"));
            assertClose(id + " cou_bb", errors.boxes(camera), expected.get("cou_bb"));
            assertThat(Math.toDegrees(errors.rotation()))
                    .as(id + " re")
                    .isCloseTo(expected.get("re").asDouble(), within(1e-5));
        }
    }

    @Test
    void imageBox_givenFixtures_equalsBopToolkit() {
        for (JsonNode c : Fixtures.cases(FILE)) {
            for (String pose : List.of("est", "gt")) {
                Overlap.Box box = PlacedPoints.of(Fixtures.flat(c.get("points")), pose(c, pose))
                        .imageBox(GoldenGeometry.camera(c.get("K")));
                Fixtures.assertClose(
                        c.get("id").asText() + " box_" + pose,
                        new double[] {box.x(), box.y(), box.width(), box.height()},
                        Fixtures.flat(c.get("expected").get("box_" + pose)),
                        TOLERANCE);
            }
        }
    }

    @Test
    void masks_givenFixtures_equalBopToolkit() {
        for (JsonNode c : Fixtures.read(FILE).get("masks").get("cases")) {
            boolean[] estimate = ellipse(c.get("est"), c.get("pixels_est").asInt());
            boolean[] truth = ellipse(c.get("gt"), c.get("pixels_gt").asInt());
            assertClose(c.toString(), Overlap.complement(estimate, truth), c.get("cou_mask"));
        }
    }

    @Test
    void areas_givenFixtures_equalPoseCnnAndTheExactOne() {
        JsonNode auc = Fixtures.read(FILE).get("auc");
        double largest = auc.get("max_m").asDouble();
        for (JsonNode c : auc.get("cases")) {
            List<Double> found = new ArrayList<>();
            c.get("errors_m").forEach(e -> found.add(e.isNull() ? Double.POSITIVE_INFINITY : e.asDouble()));
            double[] errors = found.stream().mapToDouble(Double::doubleValue).toArray();
            assertClose(c.toString(), AreaUnderCurve.poseCnn(errors, largest), c.get("auc_posecnn"));
            assertClose(c.toString(), AreaUnderCurve.exact(errors, largest), c.get("auc_step"));
        }
    }

    /** The README's tolerance: relative, absolute where 0 is expected. */
    private static void assertClose(String id, double got, JsonNode expected) {
        double value = expected.asDouble();
        assertThat(got).as(id).isCloseTo(value, within(TOLERANCE * (value == 0 ? 1 : value)));
    }

    private static PoseMatrix pose(JsonNode c, String pose) {
        return new PoseMatrix(Fixtures.flat(c.get("R_" + pose)), Fixtures.flat(c.get("t_" + pose)));
    }

    /** By the rule that the file states. */
    private static boolean[] ellipse(JsonNode entries, int pixels) {
        double[] e = Fixtures.flat(entries);
        boolean[] mask = new boolean[640 * 480];
        int count = 0;
        for (int i = 0; i < mask.length; i++) {
            double x = (i % 640 - e[0]) / e[2];
            double y = (Math.floorDiv(i, 640) - e[1]) / e[3];
            mask[i] = x * x + y * y <= 1;
            count += mask[i] ? 1 : 0;
        }
        assertThat(count).isEqualTo(pixels);
        return mask;
    }
}
