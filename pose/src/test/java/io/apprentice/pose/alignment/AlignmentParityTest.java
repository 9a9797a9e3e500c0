package io.apprentice.pose.alignment;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.pose.Fixtures;
import io.apprentice.pose.alignment.DistributionAlignment.Weights;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Value and gradients equal the official code's (GeomLoss in double); source of the figures: the fixtures' headers. */
class AlignmentParityTest {

    private static final double LOSS = 1e-9;
    private static final double GRADIENT = 1e-9;

    @Test
    void divergence_givenFixtures_equalsOfficial() {
        for (JsonNode c : Fixtures.cases("sinkhorn.json")) {
            String id = c.get("id").asText();
            int k = c.get("K").asInt();
            int n = c.get("N_s").asInt();
            int m = c.get("N_t").asInt();
            int d = c.get("D").asInt();
            boolean weighted = c.get("weighted").asBoolean();
            double[] a = weighted ? Fixtures.flat(c.get("a")) : uniform(k, n);
            double[] b = weighted ? Fixtures.flat(c.get("b")) : uniform(k, m);
            double[] x = Fixtures.flat(c.get("x"));
            double[] y = Fixtures.flat(c.get("y"));
            SinkhornDivergence divergence = new SinkhornDivergence(settings(c));
            if (c.get("reach").isNull() && !equal(a, n, b, m, k)) {
                // what the official code returns there means nothing; sinkhorn-maths.md section 8
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> divergence.solve(x, a, y, b, k, n, m, d))
                        .withMessageContaining("equal masses");
                continue;
            }
            SinkhornDivergence.Result result = divergence.solve(x, a, y, b, k, n, m, d);
            Fixtures.assertClose(id + " loss", result.values(), Fixtures.flat(c.get("loss")), LOSS);
            Fixtures.assertClose(id + " by points", result.byPoints(), Fixtures.flat(c.get("grad_x")), GRADIENT);
            if (weighted) {
                Fixtures.assertClose(id + " by weights", result.byWeights(), Fixtures.flat(c.get("grad_a")), GRADIENT);
            }
        }
    }

    @Test
    void alignment_givenPipelineFixtures_equalsOfficial() {
        for (JsonNode c : Fixtures.cases("kdloss.json")) {
            String id = c.get("id").asText();
            double[] student = Fixtures.flat(c.get("student_xy_px"));
            double[] logits = Fixtures.flat(c.get("student_logit"));
            double[] teacher = Fixtures.flat(c.get("teacher_xy_px"));
            double[] scores = Fixtures.flat(c.get("teacher_score"));
            DistributionAlignment alignment = new DistributionAlignment(settings(c), weights(c), false);
            double[] byPoints = new double[student.length];
            double[] byLogits = new double[logits.length];
            double sum = 0;
            int counted = 0;
            int s = 0;
            int t = 0;
            for (int image = 0; image < c.get("pos_per_img").size(); image++) {
                int n = c.get("pos_per_img").get(image).asInt();
                int m = c.get("pos_per_img_t").get(image).asInt();
                Alignment.Result result = alignment.measure(
                        Arrays.copyOfRange(student, s * 16, (s + n) * 16),
                        Arrays.copyOfRange(logits, s, s + n),
                        Arrays.copyOfRange(teacher, t * 16, (t + m) * 16),
                        Arrays.copyOfRange(scores, t, t + m),
                        8,
                        c.get("width").asInt(),
                        c.get("height").asInt());
                if (n > 0 && m > 0) {
                    double expected = c.get("per_image_loss").get(counted).asDouble();
                    Fixtures.assertClose(id + " image " + image, result.value(), expected, LOSS);
                    sum += result.value();
                    counted++;
                }
                System.arraycopy(result.byPoints(), 0, byPoints, s * 16, n * 16);
                System.arraycopy(result.byLogits(), 0, byLogits, s, n);
                s += n;
                t += m;
            }
            int images = Math.max(1, counted);
            Fixtures.assertClose(id + " loss", sum / images, c.get("loss_kd").asDouble(), LOSS);
            Fixtures.assertClose(
                    id + " by points", over(byPoints, images), Fixtures.flat(c.get("grad_student_xy_px")), GRADIENT);
            Fixtures.assertClose(
                    id + " by logits", over(byLogits, images), Fixtures.flat(c.get("grad_student_logit")), GRADIENT);
        }
    }

    private static Weights weights(JsonNode c) {
        if (!c.get("weighted").asBoolean()) {
            return Weights.UNIFORM;
        }
        return c.get("detach_weights").asBoolean() ? Weights.DETACHED : Weights.CONFIDENCE;
    }

    private static SinkhornSettings settings(JsonNode c) {
        OptionalDouble reach = c.get("reach").isNull()
                ? OptionalDouble.empty()
                : OptionalDouble.of(c.get("reach").asDouble());
        return new SinkhornSettings(c.get("blur").asDouble(), c.get("scaling").asDouble(), reach);
    }

    /** Whether both sides of every problem weigh the same, up to the nine digits that the fixtures have. */
    private static boolean equal(double[] a, int n, double[] b, int m, int k) {
        for (int i = 0; i < k; i++) {
            double left = Arrays.stream(a, i * n, (i + 1) * n).sum();
            double right = Arrays.stream(b, i * m, (i + 1) * m).sum();
            if (Math.abs(left - right) > 1e-6) {
                return false;
            }
        }
        return true;
    }

    private static double[] uniform(int k, int n) {
        double[] weights = new double[k * n];
        Arrays.fill(weights, 1.0 / n);
        return weights;
    }

    private static double[] over(double[] values, int count) {
        return Arrays.stream(values).map(v -> v / count).toArray();
    }
}
