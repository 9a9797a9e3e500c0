package io.apprentice.pose.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.pose.alignment.DistributionAlignment.Weights;
import io.apprentice.pose.alignment.SinkhornDivergence.Problems;
import io.apprentice.testing.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
            boolean weighted = c.get("weighted").asBoolean();
            Problems problems = problems(c);
            SinkhornDivergence divergence = new SinkhornDivergence(settings(c));
            assertSchedule(id, c, divergence, problems);
            if (c.get("reach").isNull() && !equalMasses(problems)) {
                // what the official code returns there means nothing; sinkhorn-maths.md section 8
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> divergence.solve(problems))
                        .withMessageContaining("equal masses");
                continue;
            }
            SinkhornDivergence.Result result = divergence.solve(problems);
            Fixtures.assertClose(id + " loss", result.values(), Fixtures.flat(c.get("loss")), LOSS);
            double sum = Arrays.stream(result.values()).sum();
            Fixtures.assertClose(id + " sum", sum, c.get("loss_sum").asDouble(), LOSS);
            Fixtures.assertClose(id + " by points", result.byPoints(), Fixtures.flat(c.get("grad_x")), GRADIENT);
            if (weighted) {
                Fixtures.assertClose(id + " by weights", result.byWeights(), Fixtures.flat(c.get("grad_a")), GRADIENT);
            }
        }
    }

    /** One call for all cases with equal settings, whatever their sizes; the number of threads changes no bit. */
    @Test
    void divergence_givenABatchOfDifferentSizes_equalsOneByOne() {
        List<Problems> batch = new ArrayList<>();
        for (JsonNode c : Fixtures.cases("sinkhorn.json")) {
            if (settings(c).equals(SinkhornSettings.OFFICIAL)) {
                batch.add(problems(c));
            }
        }
        assertThat(batch).hasSizeGreaterThan(1);
        SinkhornDivergence divergence = new SinkhornDivergence(SinkhornSettings.OFFICIAL);
        for (int threads : new int[] {1, 3}) {
            List<SinkhornDivergence.Result> results = divergence.solve(batch, threads);
            for (int i = 0; i < batch.size(); i++) {
                SinkhornDivergence.Result alone = divergence.solve(batch.get(i));
                assertThat(results.get(i)).usingRecursiveComparison().isEqualTo(alone);
            }
        }
    }

    /** The limit of many sweeps and little blur is the exact distance that the fixtures give for equal masses. */
    @Test
    void divergence_givenManySweepsAndLittleBlur_equalsExactTransport() {
        for (JsonNode c : Fixtures.cases("sinkhorn.json")) {
            Problems problems = problems(c);
            boolean small = problems.n() * problems.m() <= 1100;
            if (!c.get("emd").isNull() && small) {
                double blur = 1e-4 * c.get("diameter").asDouble();
                SinkhornSettings settings = new SinkhornSettings(blur, 0.99, OptionalDouble.empty());
                double[] values =
                        new SinkhornDivergence(settings).solve(problems).values();
                Fixtures.assertClose(c.get("id").asText(), values, Fixtures.flat(c.get("emd")), 0.01);
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
            List<Predictions> images = new ArrayList<>();
            int s = 0;
            int t = 0;
            for (int image = 0; image < c.get("pos_per_img").size(); image++) {
                int n = c.get("pos_per_img").get(image).asInt();
                int m = c.get("pos_per_img_t").get(image).asInt();
                images.add(new Predictions(
                        8,
                        Arrays.copyOfRange(student, s * 16, (s + n) * 16),
                        Arrays.copyOfRange(logits, s, s + n),
                        Arrays.copyOfRange(teacher, t * 16, (t + m) * 16),
                        Arrays.copyOfRange(scores, t, t + m),
                        c.get("width").asInt(),
                        c.get("height").asInt()));
                s += n;
                t += m;
            }
            double sum = 0;
            int counted = 0;
            s = 0;
            List<Alignment.Result> results = alignment.measure(images, 2);
            for (int image = 0; image < images.size(); image++) {
                Alignment.Result result = results.get(image);
                if (!images.get(image).empty()) {
                    double expected = c.get("per_image_loss").get(counted).asDouble();
                    Fixtures.assertClose(id + " image " + counted, result.value(), expected, LOSS);
                    sum += result.value();
                    counted++;
                } else {
                    assertThat(result.value()).isZero();
                }
                System.arraycopy(result.byPoints(), 0, byPoints, s * 16, result.byPoints().length);
                System.arraycopy(result.byLogits(), 0, byLogits, s, result.byLogits().length);
                s += result.byLogits().length;
            }
            assertThat(counted).isEqualTo(c.get("per_image_loss").size());
            int count = Math.max(1, counted);
            Fixtures.assertClose(id + " loss", sum / count, c.get("loss_kd").asDouble(), LOSS);
            Fixtures.assertClose(
                    id + " by points", over(byPoints, count), Fixtures.flat(c.get("grad_student_xy_px")), GRADIENT);
            Fixtures.assertClose(
                    id + " by logits", over(byLogits, count), Fixtures.flat(c.get("grad_student_logit")), GRADIENT);
        }
    }

    @Test
    void alignment_givenAnUnlabelledImageInTheMiddle_measuresTheOthersAsBefore() {
        JsonNode c = Fixtures.cases("kdloss.json").get(0);
        double[] student = Arrays.copyOf(Fixtures.flat(c.get("student_xy_px")), 4 * 16);
        double[] teacher = Arrays.copyOf(Fixtures.flat(c.get("teacher_xy_px")), 4 * 16);
        double[] ones = {1, 1, 1, 1};
        int width = c.get("width").asInt();
        int height = c.get("height").asInt();
        Predictions labelled = new Predictions(8, student, ones, teacher, ones, width, height);
        Predictions unlabelled = new Predictions(8, student, ones, new double[0], new double[0], width, height);
        DistributionAlignment alignment = new DistributionAlignment(settings(c), weights(c), false);

        List<Alignment.Result> results = alignment.measure(List.of(labelled, unlabelled, labelled), 2);

        assertThat(unlabelled.empty()).isTrue();
        assertThat(results.get(0).value()).isPositive();
        assertThat(results.get(1).value()).isZero();
        assertThat(results.get(1).byPoints()).containsOnly(0).hasSize(4 * 16);
        assertThat(results.get(2)).usingRecursiveComparison().isEqualTo(results.get(0));
    }

    private static Weights weights(JsonNode c) {
        if (!c.get("weighted").asBoolean()) {
            return Weights.UNIFORM;
        }
        return c.get("detach_weights").asBoolean() ? Weights.DETACHED : Weights.CONFIDENCE;
    }

    /** The alignment of codes is that of the clouds of 16 dimensions, weighted by the probabilities of the mask. */
    @Test
    void alignment_givenCodes_equalsTheDenseFixtures() {
        int checked = 0;
        for (JsonNode c : Fixtures.cases("sinkhorn.json")) {
            if (!c.get("group").asText().equals("dense") || !c.get("weighted").asBoolean()) {
                continue;
            }
            double[] a = Fixtures.flat(c.get("a"));
            double[] logits = Arrays.stream(a).map(p -> Math.log(p / (1 - p))).toArray();
            double[] ones = new double[16];
            Arrays.fill(ones, 1);
            Predictions image = new Predictions(
                    1,
                    16,
                    Fixtures.flat(c.get("x")),
                    logits,
                    Fixtures.flat(c.get("y")),
                    Fixtures.flat(c.get("b")),
                    new int[0],
                    ones,
                    4);
            Alignment.Result result =
                    DistributionAlignment.official(settings(c)).measure(image);
            String id = c.get("id").asText();
            Fixtures.assertClose(id + " loss", result.value(), c.get("loss_sum").asDouble(), LOSS);
            Fixtures.assertClose(id + " by codes", result.byPoints(), Fixtures.flat(c.get("grad_x")), GRADIENT);
            double[] byLogits = Fixtures.flat(c.get("grad_a"));
            for (int i = 0; i < a.length; i++) {
                byLogits[i] *= a[i] * (1 - a[i]);
            }
            Fixtures.assertClose(id + " by logits", result.byLogits(), byLogits, GRADIENT);
            checked++;
        }
        assertThat(checked).isGreaterThan(2);
    }

    private static SinkhornSettings settings(JsonNode c) {
        OptionalDouble reach = c.get("reach").isNull()
                ? OptionalDouble.empty()
                : OptionalDouble.of(c.get("reach").asDouble());
        return new SinkhornSettings(c.get("blur").asDouble(), c.get("scaling").asDouble(), reach);
    }

    private static Problems problems(JsonNode c) {
        int k = c.get("K").asInt();
        int n = c.get("N_s").asInt();
        int m = c.get("N_t").asInt();
        int d = c.get("D").asInt();
        double[] x = Fixtures.flat(c.get("x"));
        double[] y = Fixtures.flat(c.get("y"));
        return c.get("weighted").asBoolean()
                ? new Problems(k, n, m, d, x, Fixtures.flat(c.get("a")), y, Fixtures.flat(c.get("b")))
                : Problems.unweighted(k, n, m, d, x, y);
    }

    private static void assertSchedule(String id, JsonNode c, SinkhornDivergence divergence, Problems problems) {
        if (c.get("diameter").isNull()) {
            return;
        }
        double diameter = SinkhornDivergence.diameter(problems.x(), problems.y(), problems.d());
        Fixtures.assertClose(id + " diameter", diameter, c.get("diameter").asDouble(), LOSS);
        Fixtures.assertClose(
                id + " schedule", divergence.temperatures(diameter), Fixtures.flat(c.get("eps_schedule")), LOSS);
    }

    /** Whether both sides of every problem weigh the same, up to the nine digits that the fixtures have. */
    private static boolean equalMasses(Problems p) {
        for (int i = 0; i < p.k(); i++) {
            double left = Arrays.stream(p.a(), i * p.n(), (i + 1) * p.n()).sum();
            double right = Arrays.stream(p.b(), i * p.m(), (i + 1) * p.m()).sum();
            if (Math.abs(left - right) > 1e-6) {
                return false;
            }
        }
        return true;
    }

    private static double[] over(double[] values, int count) {
        return Arrays.stream(values).map(v -> v / count).toArray();
    }
}
