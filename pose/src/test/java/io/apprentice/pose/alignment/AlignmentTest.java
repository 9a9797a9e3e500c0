package io.apprentice.pose.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.prediction.KeypointVotes;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AlignmentTest {

    private static final int CELLS = 6;

    private final Random random = new Random(5);
    private final double[] corners = random.doubles(16, 200, 300).toArray();
    private final KeypointVotes teacher = teacher();

    @Test
    void converged_byPointsAndLogits_agreesWithDifferences() {
        DistributionAlignment alignment = DistributionAlignment.official(SinkhornSettings.CONVERGED);
        double[] student = student(12);
        double[] logits = random.doubles(CELLS, -2, 2).toArray();
        Alignment.Result result = alignment.measure(student, logits, teacher, 640, 480);
        double[] byPoints = differences(student, 0.01, x -> value(alignment, x, logits));
        double[] byLogits = differences(logits, 1e-4, z -> value(alignment, student, z));
        // the gradient is that of the limit of infinitely many sweeps, and blur keeps the value from being smooth
        assertThat(relativeDistance(result.byPoints(), byPoints)).isLessThan(0.05);
        assertThat(relativeDistance(result.byLogits(), byLogits)).isLessThan(0.02);
    }

    @Test
    void pairwise_byPoints_agreesWithDifferences() {
        PairwiseAlignment alignment = new PairwiseAlignment();
        double[] student = student(8);
        double[] logits = new double[CELLS];
        Alignment.Result result = alignment.measure(student, logits, teacher, 640, 480);
        double[] differences = differences(student, 1e-4, x -> value(alignment, x, logits));
        assertThat(relativeDistance(result.byPoints(), differences)).isLessThan(1e-6);
        assertThat(result.byLogits()).containsOnly(0);
    }

    @Test
    void scaleAware_followedDownhill_meetsTheTeacher() {
        DistributionAlignment alignment = DistributionAlignment.scaleAware();
        double[] student = student(15);
        double[] logits = new double[CELLS];
        double first = alignment.measure(student, logits, teacher, 640, 480).value();
        for (int step = 0; step < 60; step++) {
            double[] gradient =
                    alignment.measure(student, logits, teacher, 640, 480).byPoints();
            for (int i = 0; i < student.length; i++) {
                // the whole mass of one is spread over the cells; distances are in object sizes
                student[i] -= 0.5 * CELLS * 1e4 * gradient[i];
            }
        }
        double last = alignment.measure(student, logits, teacher, 640, 480).value();
        assertThat(last).isLessThan(first / 50);
    }

    @Test
    void scaleAware_givenATwiceSmallerImage_isTheSame() {
        DistributionAlignment alignment = DistributionAlignment.scaleAware();
        double[] student = student(10);
        float[] half = teacher.points().clone();
        for (int i = 0; i < half.length; i++) {
            half[i] /= 2;
        }
        double whole = value(alignment, student, new double[CELLS]);
        double small = alignment
                .measure(
                        Arrays.stream(student).map(x -> x / 2).toArray(),
                        new double[CELLS],
                        new KeypointVotes(8, teacher.scores(), half),
                        320,
                        240)
                .value();
        assertThat(small).isCloseTo(whole, within(1e-12));
    }

    @Test
    void massPart_givenTheSameVotesButLessConfidence_isAboutTheValue() {
        double[] student = Votes.doubles(teacher.points());
        double[] logits = new double[teacher.size()];
        Arrays.fill(logits, -2);
        Alignment.Result result =
                DistributionAlignment.official(SinkhornSettings.CONVERGED).measure(student, logits, teacher, 640, 480);
        assertThat(result.massPart()).isCloseTo(result.value(), within(0.05 * result.value()));
    }

    @Test
    void measure_givenNoCells_isZero() {
        for (Alignment alignment : all()) {
            Alignment.Result noStudent = alignment.measure(new double[0], new double[0], teacher, 640, 480);
            assertThat(noStudent.value()).isZero();
            KeypointVotes nothing = new KeypointVotes(8, new float[0], new float[0]);
            Alignment.Result noTeacher = alignment.measure(student(1), new double[CELLS], nothing, 640, 480);
            assertThat(noTeacher.value()).isZero();
            assertThat(noTeacher.byPoints()).hasSize(CELLS * 16).containsOnly(0);
        }
    }

    @Test
    void measure_givenADivergedStudent_isNotANumberInsteadOfAnError() {
        for (Alignment alignment : all()) {
            for (double wild : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e200}) {
                double[] student = student(1);
                student[3] = wild;
                assertThat(value(alignment, student, new double[CELLS])).isNaN();
            }
        }
    }

    @Test
    void measure_givenWrongLength_isRefused() {
        for (Alignment alignment : all()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> alignment.measure(new double[7], new double[CELLS], teacher, 640, 480))
                    .withMessage("student votes: expected 6 x 8 x 2, got 7");
        }
    }

    @Test
    void divergence_givenAnyFiniteInput_isFinite() {
        for (int trial = 0; trial < 300; trial++) {
            int n = 1 + random.nextInt(5);
            int m = 1 + random.nextInt(5);
            double spread = Math.pow(10, random.nextInt(16) - 8);
            double[] x = random.doubles(2L * n, -spread, spread).toArray();
            double[] y = random.doubles(2L * m, -spread, spread).toArray();
            double[] a = random.doubles(n)
                    .map(w -> w < 0.2 ? 0 : Math.pow(10, 20 * w - 14))
                    .toArray();
            double[] b = random.doubles(m)
                    .map(w -> w < 0.2 ? 0 : Math.pow(10, 20 * w - 14))
                    .toArray();
            SinkhornSettings settings = new SinkhornSettings(
                    Math.pow(10, -1 - random.nextInt(4)), 0.5, OptionalDouble.of(Math.pow(10, random.nextInt(5) - 3)));
            SinkhornDivergence.Result result = new SinkhornDivergence(settings).solve(x, a, y, b, 1, n, m, 2);
            for (double[] numbers : new double[][] {result.values(), result.byPoints(), result.byWeights()}) {
                assertThat(Arrays.stream(numbers).allMatch(Double::isFinite))
                        .as(
                                "%s %s %s %s %s",
                                settings,
                                Arrays.toString(x),
                                Arrays.toString(a),
                                Arrays.toString(y),
                                Arrays.toString(b))
                        .isTrue();
            }
        }
    }

    @Test
    void divergence_givenBadWeights_isRefused() {
        SinkhornDivergence divergence = new SinkhornDivergence(SinkhornSettings.OFFICIAL);
        double[] point = {0, 0};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> divergence.solve(point, new double[] {-1}, point, new double[] {1}, 1, 1, 1, 2))
                .withMessage("a: expected finite weights >= 0, got -1.0");
    }

    /** The sweep with shared exponentials equals the one in the log domain, from smooth temperatures to almost none. */
    @Test
    void sweep_givenRandomPotentials_equalsTheLogDomain() {
        int n = 7;
        int m = 5;
        for (double epsilon : new double[] {1, 1e-2, 1e-4, 1e-6}) {
            Potentials potentials = new Potentials(n, m, 2, 0.25);
            double[] x = random.doubles(2L * n).toArray();
            double[] y = random.doubles(2L * m).toArray();
            potentials.start(
                    x, random.doubles(n).toArray(), 0, y, random.doubles(m).toArray(), 0);
            for (int repeat = 0; repeat < 5; repeat++) {
                double[] rows = new double[n];
                double[] columns = new double[m];
                for (int i = 0; i < n; i++) {
                    rows[i] = potentials.row(i, epsilon, null);
                }
                for (int j = 0; j < m; j++) {
                    columns[j] = potentials.column(j, epsilon);
                }
                potentials.sweep(epsilon, false);
                for (int i = 0; i < n; i++) {
                    assertThat(potentials.f[i]).isCloseTo(rows[i], within(1e-14));
                }
                for (int j = 0; j < m; j++) {
                    assertThat(potentials.g[j]).isCloseTo(columns[j], within(1e-14));
                }
            }
        }
    }

    @Test
    void fastExp_equalsExpToTwoUnitsInTheLastPlace() {
        random.doubles(20_000, -700, 700)
                .forEach(x -> assertThat(FastExp.of(x)).isCloseTo(Math.exp(x), within(2 * Math.ulp(Math.exp(x)))));
        assertThat(FastExp.of(0)).isEqualTo(1);
    }

    private Alignment[] all() {
        return new Alignment[] {
            DistributionAlignment.official(SinkhornSettings.OFFICIAL),
            DistributionAlignment.scaleAware(),
            new PairwiseAlignment()
        };
    }

    private KeypointVotes teacher() {
        float[] scores = new float[5];
        float[] points = new float[5 * 16];
        for (int i = 0; i < 5; i++) {
            scores[i] = 0.3f + 0.6f * random.nextFloat();
            for (int c = 0; c < 16; c++) {
                points[16 * i + c] = (float) (corners[c] + 2 * random.nextGaussian());
            }
        }
        return new KeypointVotes(8, scores, points);
    }

    private double[] student(double noise) {
        double[] points = new double[CELLS * 16];
        Arrays.setAll(points, i -> corners[i % 16] + noise * random.nextGaussian());
        return points;
    }

    private double value(Alignment alignment, double[] student, double[] logits) {
        return alignment.measure(student, logits, teacher, 640, 480).value();
    }

    private static double[] differences(
            double[] at, double step, java.util.function.ToDoubleFunction<double[]> function) {
        double[] differences = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            double[] up = at.clone();
            double[] down = at.clone();
            up[i] += step;
            down[i] -= step;
            differences[i] = (function.applyAsDouble(up) - function.applyAsDouble(down)) / (2 * step);
        }
        return differences;
    }

    private static double relativeDistance(double[] got, double[] expected) {
        double distance = 0;
        double length = 0;
        for (int i = 0; i < got.length; i++) {
            distance += (got[i] - expected[i]) * (got[i] - expected[i]);
            length += expected[i] * expected[i];
        }
        return Math.sqrt(distance / length);
    }
}
