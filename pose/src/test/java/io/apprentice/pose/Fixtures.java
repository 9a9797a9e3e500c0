package io.apprentice.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.SymmetryGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Golden values: files in the folder that the system property {@code apprentice.fixtures} names, by default our copies. */
public final class Fixtures {

    private static final Path FOLDER =
            Path.of(System.getProperty("apprentice.fixtures", "src/test/resources/fixtures"));

    private Fixtures() {}

    /** A file's content. */
    public static JsonNode read(String file) {
        try {
            return new ObjectMapper().readTree(FOLDER.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    /** A file or folder of the example data, as an absolute path; skips the test where it is absent. */
    public static Path data(String path) {
        String variable = System.getenv("APPRENTICE_DATA");
        Path data = Path.of(variable != null ? variable : "../../shared/data")
                .resolve(path)
                .toAbsolutePath();
        assumeThat(data).as("example data; set APPRENTICE_DATA").exists();
        return data;
    }

    /** A file's list of cases. */
    public static JsonNode cases(String file) {
        return read(file).get("cases");
    }

    /** All numbers of a nested list, in order. */
    public static double[] flat(JsonNode node) {
        List<Double> values = new ArrayList<>();
        collect(node, values);
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(JsonNode node, List<Double> into) {
        if (node.isArray()) {
            node.forEach(child -> collect(child, into));
        } else {
            into.add(node.asDouble());
        }
    }

    /** A list of points. */
    public static List<Vec3> points(JsonNode node) {
        List<Vec3> points = new ArrayList<>();
        node.forEach(p -> points.add(
                new Vec3(p.get(0).asDouble(), p.get(1).asDouble(), p.get(2).asDouble())));
        return points;
    }

    /** A pose from a rotation matrix and a translation. */
    public static Se3 pose(JsonNode rotation, JsonNode translation) {
        double[] t = flat(translation);
        return new Se3(Quaternion.ofMatrix(flat(rotation)), new Vec3(t[0], t[1], t[2]));
    }

    /** A camera of 640 x 480 from a 3 x 3 matrix. */
    public static CameraIntrinsics camera(JsonNode matrix) {
        double[] k = flat(matrix);
        return new CameraIntrinsics(k[0], k[4], k[2], k[5], 640, 480);
    }

    /** Symmetries as in BOP's models_info.json, in its unit. */
    public static SymmetryGroup symmetries(JsonNode info) {
        List<Se3> discrete = new ArrayList<>();
        for (JsonNode entry : info.path("symmetries_discrete")) {
            double[] m = flat(entry);
            discrete.add(new Se3(
                    Quaternion.ofMatrix(new double[] {m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]}),
                    new Vec3(m[3], m[7], m[11])));
        }
        List<SymmetryGroup.Axis> continuous = new ArrayList<>();
        for (JsonNode entry : info.path("symmetries_continuous")) {
            double[] axis = flat(entry.get("axis"));
            double[] offset = flat(entry.get("offset"));
            continuous.add(new SymmetryGroup.Axis(
                    new Vec3(axis[0], axis[1], axis[2]), new Vec3(offset[0], offset[1], offset[2])));
        }
        return new SymmetryGroup(discrete, continuous);
    }

    /** Equal but for a share of the expected value, or 1e-15. */
    public static void assertClose(String what, double got, double expected, double tolerance) {
        assertClose(what, new double[] {got}, new double[] {expected}, tolerance);
    }

    /** Equal but for a share of the largest expected value, or 1e-15: where zeros are expected, rounding leaves 1e-16. */
    public static void assertClose(String what, double[] got, double[] expected, double tolerance) {
        assertThat(got).as(what).hasSameSizeAs(expected);
        double scale = 0;
        for (double value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i])
                    .as("%s [%d]", what, i)
                    .isCloseTo(expected[i], within(Math.max(1e-15, tolerance * scale)));
        }
    }
}
