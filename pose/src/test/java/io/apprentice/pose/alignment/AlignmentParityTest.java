package io.apprentice.pose.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apprentice.pose.prediction.KeypointVotes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Value and gradients equal the official code's (GeomLoss in double); source of the figures: the fixtures' headers. */
class AlignmentParityTest {

    private static final Path FIXTURES =
            Path.of(System.getProperty("apprentice.fixtures", "src/test/resources/fixtures"));

    @Test
    void divergence_givenFixtures_equalsOfficial() throws IOException {
        for (JsonNode c : cases("sinkhorn.json")) {
            String id = c.get("id").asText();
            int k = c.get("K").asInt();
            int n = c.get("N_s").asInt();
            int m = c.get("N_t").asInt();
            int d = c.get("D").asInt();
            double[] a = c.get("weighted").asBoolean() ? flat(c.get("a")) : uniform(k, n);
            double[] b = c.get("weighted").asBoolean() ? flat(c.get("b")) : uniform(k, m);
            SinkhornDivergence.Result result =
                    new SinkhornDivergence(settings(c)).solve(flat(c.get("x")), a, flat(c.get("y")), b, k, n, m, d);
            assertClose(id + " loss", result.values(), flat(c.get("loss")), 1e-9);
            assertClose(id + " gradient by points", result.byPoints(), flat(c.get("grad_x")), 1e-8);
            if (c.get("weighted").asBoolean()) {
                assertClose(id + " gradient by weights", result.byWeights(), flat(c.get("grad_a")), 1e-9);
            }
        }
    }

    @Test
    void alignment_givenPipelineFixtures_equalsOfficial() throws IOException {
        for (JsonNode c : cases("kdloss.json")) {
            if (!c.get("weighted").asBoolean() || c.path("detach_weights").asBoolean()) {
                continue;
            }
            double[] student = flat(c.get("student_xy_px"));
            double[] logits = flat(c.get("student_logit"));
            double[] teacher = flat(c.get("teacher_xy_px"));
            double[] scores = flat(c.get("teacher_score"));
            Alignment alignment = DistributionAlignment.official(settings(c));
            double sum = 0;
            int counted = 0;
            int s = 0;
            int t = 0;
            List<double[]> byPoints = new ArrayList<>();
            List<double[]> byLogits = new ArrayList<>();
            for (int image = 0; image < c.get("pos_per_img").size(); image++) {
                int n = c.get("pos_per_img").get(image).asInt();
                int m = c.get("pos_per_img_t").get(image).asInt();
                float[] probabilities = new float[m];
                float[] points = new float[m * 16];
                for (int j = 0; j < m; j++) {
                    probabilities[j] = (float) scores[t + j];
                }
                for (int j = 0; j < points.length; j++) {
                    points[j] = (float) teacher[t * 16 + j];
                }
                Alignment.Result result = alignment.measure(
                        Arrays.copyOfRange(student, s * 16, (s + n) * 16),
                        Arrays.copyOfRange(logits, s, s + n),
                        new KeypointVotes(8, probabilities, points),
                        c.get("width").asInt(),
                        c.get("height").asInt());
                if (n > 0 && m > 0) {
                    sum += result.value();
                    counted++;
                }
                byPoints.add(result.byPoints());
                byLogits.add(result.byLogits());
                s += n;
                t += m;
            }
            int images = Math.max(1, counted);
            // the teacher's votes travel as float32, which moves values by 1e-6 or so
            assertThat(sum / images).isCloseTo(c.get("loss_kd").asDouble(), within(2e-5 * Math.max(1e-2, sum)));
            double[] pointGradient = byPoints.stream()
                    .flatMapToDouble(Arrays::stream)
                    .map(g -> g / images)
                    .toArray();
            assertClose(c.get("id").asText(), pointGradient, flat(c.get("grad_student_xy_px")), 1e-2);
            double[] logitGradient = byLogits.stream()
                    .flatMapToDouble(Arrays::stream)
                    .map(g -> g / images)
                    .toArray();
            assertClose(c.get("id").asText(), logitGradient, flat(c.get("grad_student_logit")), 1e-4);
        }
    }

    private static JsonNode cases(String file) throws IOException {
        return new ObjectMapper().readTree(FIXTURES.resolve(file).toFile()).get("cases");
    }

    private static SinkhornSettings settings(JsonNode c) {
        OptionalDouble reach = c.get("reach").isNull()
                ? OptionalDouble.empty()
                : OptionalDouble.of(c.get("reach").asDouble());
        return new SinkhornSettings(c.get("blur").asDouble(), c.get("scaling").asDouble(), reach);
    }

    private static void assertClose(String what, double[] got, double[] expected, double tolerance) {
        double scale =
                Math.max(1e-12, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(got).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).as(what).isCloseTo(expected[i], within(tolerance * scale));
        }
    }

    private static double[] uniform(int k, int n) {
        double[] weights = new double[k * n];
        Arrays.fill(weights, 1.0 / n);
        return weights;
    }

    private static double[] flat(JsonNode node) {
        List<Double> values = new ArrayList<>();
        collect(node, values);
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(JsonNode node, List<Double> into) {
        if (node.isArray()) {
            node.forEach(child -> collect(child, into));
        } else if (node.isNumber()) {
            into.add(node.asDouble());
        }
    }
}
