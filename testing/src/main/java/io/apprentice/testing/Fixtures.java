package io.apprentice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
