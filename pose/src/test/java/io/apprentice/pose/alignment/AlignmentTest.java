package io.apprentice.pose.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.apprentice.pose.alignment.SinkhornDivergence.Problems;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.SurfaceCodes;
import java.util.Arrays;
import java.util.List;
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
    void pairwise_ofCodes_pullsEachToItsPartner() {
        PairwiseAlignment alignment = new PairwiseAlignment();
        SurfaceCodes codes = codes(5);
        double[] student = random.doubles(3 * 8).toArray();
        int[] partners = {4, -1, 0};
        Predictions image = Predictions.ofCodes(student, new double[3], codes, partners);
        Alignment.Result result = alignment.measure(image);
        double[] differences = differences(
                student,
                1e-6,
                x -> alignment
                        .measure(Predictions.ofCodes(x, new double[3], codes, partners))
                        .value());
        assertThat(relativeDistance(result.byPoints(), differences)).isLessThan(1e-5);
        assertThat(Arrays.copyOfRange(result.byPoints(), 8, 16)).containsOnly(0);
        double[] same = new double[3 * 8];
        for (int i = 0; i < 8; i++) {
            same[i] = codes.codes()[4 * 8 + i];
            same[8 + i] = random.nextDouble();
            same[16 + i] = codes.codes()[i];
        }
        assertThat(alignment
                        .measure(Predictions.ofCodes(same, new double[3], codes, partners))
                        .value())
                .isZero();
        assertThat(alignment
                        .measure(Predictions.ofCodes(same, new double[3], codes, new int[] {-1, -1, -1}))
                        .value())
                .isZero();
    }

    @Test
    void alignmentsOfCodes_byCodesAndLogits_agreeWithDifferences() {
        SurfaceCodes codes = codes(7);
        double[] student = random.doubles(6 * 8).toArray();
        double[] logits = random.doubles(6, -2, 2).toArray();
        for (DistributionAlignment alignment : List.of(
                DistributionAlignment.official(SinkhornSettings.CONVERGED),
                new DistributionAlignment(
                        SinkhornSettings.CONVERGED_BALANCED, DistributionAlignment.Weights.NORMALISED, true))) {
            Alignment.Result result = alignment.measure(Predictions.ofCodes(student, logits, codes, new int[0]));
            double[] byPoints = differences(
                    student,
                    1e-5,
                    x -> alignment
                            .measure(Predictions.ofCodes(x, logits, codes, new int[0]))
                            .value());
            // as above: the gradient is that of the limit
            assertThat(relativeDistance(result.byPoints(), byPoints)).isLessThan(0.1);
        }
    }

    private SurfaceCodes codes(int cells) {
        float[] scores = new float[cells];
        float[] codes = new float[8 * cells];
        for (int i = 0; i < codes.length; i++) {
            scores[i / 8] = 0.9f;
            codes[i] = random.nextFloat();
        }
        return new SurfaceCodes(8, scores, new float[2 * cells], codes);
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
    void massPart_givenEqualMassesElsewhere_isZero() {
        double[] logits = new double[CELLS];
        Alignment.Result result = DistributionAlignment.scaleAware().measure(student(20), logits, teacher, 640, 480);
        assertThat(result.massPart()).isZero();
        assertThat(result.positionPart()).isEqualTo(result.value()).isPositive();
    }

    @Test
    void massPart_givenTheSameVotesButLessConfidence_isAboutTheValue() {
        double[] student = Votes.doubles(teacher.points());
        double[] logits = new double[teacher.size()];
        Arrays.fill(logits, -2);
        Alignment.Result result =
                DistributionAlignment.official(SinkhornSettings.OFFICIAL).measure(student, logits, teacher, 640, 480);
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
            for (double wild : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
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
                    .withMessage("student points: expected 6 x 8 x 2, got 7");
        }
    }

    @Test
    void measure_givenABadTeacherOrFrame_isRefused() {
        double[] student = student(1);
        double[] logits = new double[CELLS];
        for (Alignment alignment : all()) {
            KeypointVotes negative = teacher();
            negative.scores()[2] = -0.5f;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> alignment.measure(student, logits, negative, 640, 480))
                    .withMessage("teacher scores: expected finite weights >= 0, got -0.5");
            KeypointVotes undefined = teacher();
            undefined.scores()[0] = Float.NaN;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> alignment.measure(student, logits, undefined, 640, 480))
                    .withMessage("teacher scores: expected finite weights >= 0, got NaN");
            KeypointVotes infinite = teacher();
            infinite.points()[7] = Float.POSITIVE_INFINITY;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> alignment.measure(student, logits, infinite, 640, 480))
                    .withMessage("teacher points: expected finite numbers");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> alignment.measure(student, logits, teacher, 0, 480))
                    .withMessage("frame: expected at least 1 x 1, got 0 x 480");
        }
    }

    /** Values, gradients and parts stay numbers whatever finite votes, logits and scores come. */
    @Test
    void measure_givenAnyFinitePredictions_isFinite() {
        for (int trial = 0; trial < 200; trial++) {
            int n = 1 + random.nextInt(4);
            int m = 1 + random.nextInt(4);
            double[] student = extremes(n * 16, 300);
            double[] logits = extremes(n, 300);
            double[] teacher = extremes(m * 16, trial % 2 == 0 ? 3 : 300);
            double[] scores = Arrays.stream(extremes(m, 300)).map(Math::abs).toArray();
            Predictions image = new Predictions(8, student, logits, teacher, scores, 640, 480);
            for (Alignment alignment : all()) {
                Alignment.Result result = alignment.measure(image);
                assertFinite(image, result.byPoints(), result.byLogits(), new double[] {
                    result.value(), result.massPart(), result.positionPart()
                });
            }
        }
    }

    @Test
    void divergence_givenAnyFiniteInput_isFinite() {
        for (int trial = 0; trial < 2000; trial++) {
            int k = 1 + random.nextInt(3);
            int n = 1 + random.nextInt(5);
            int m = 1 + random.nextInt(5);
            int d = random.nextInt(4) == 0 ? 16 : 2;
            int magnitude = new int[] {1, 8, 150}[random.nextInt(3)];
            double[] x = extremes(k * n * d, magnitude);
            double[] y = extremes(k * m * d, magnitude);
            double blur = Math.pow(10, 3 - random.nextInt(9));
            double[] a =
                    Arrays.stream(extremes(k * n, magnitude)).map(Math::abs).toArray();
            double[] b =
                    Arrays.stream(extremes(k * m, magnitude)).map(Math::abs).toArray();
            boolean balanced = trial % 4 == 0;
            Problems problems = balanced ? Problems.unweighted(k, n, m, d, x, y) : new Problems(k, n, m, d, x, a, y, b);
            SinkhornSettings settings = new SinkhornSettings(
                    blur,
                    0.5,
                    balanced ? OptionalDouble.empty() : OptionalDouble.of(Math.pow(10, random.nextInt(7) - 4)));
            SinkhornDivergence.Result result = new SinkhornDivergence(settings).solve(problems);
            assertFinite(
                    settings + " " + problems,
                    result.values(),
                    result.massParts(),
                    result.byPoints(),
                    result.byWeights());
        }
    }

    /** Zeros, numbers of every magnitude down to the denormal ones, and repetitions. */
    private double[] extremes(int count, int magnitude) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            double sign = random.nextBoolean() ? 1 : -1;
            numbers[i] = switch (random.nextInt(8)) {
                case 0 -> 0;
                case 1 -> sign * Double.MIN_VALUE;
                case 2 -> sign * Math.pow(10, magnitude);
                case 3 -> i == 0 ? 1 : numbers[i - 1];
                default -> sign * Math.pow(10, magnitude * (2 * random.nextDouble() - 1));
            };
        }
        return numbers;
    }

    private static void assertFinite(Object what, double[]... numbers) {
        for (double[] some : numbers) {
            assertThat(Arrays.stream(some).allMatch(Double::isFinite))
                    .as("%s: %s", what, Arrays.toString(some))
                    .isTrue();
        }
    }

    @Test
    void divergence_givenBadInput_isRefused() {
        SinkhornDivergence divergence = new SinkhornDivergence(SinkhornSettings.OFFICIAL);
        double[] point = {0, 0};
        double[] one = {1};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Problems(1, 1, 1, 2, point, new double[] {-1}, point, one))
                .withMessage("a: expected finite weights >= 0, got -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Problems(1, 1, 1, 2, point, one, point, new double[] {Double.NaN}))
                .withMessage("b: expected finite weights >= 0, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Problems(1, 1, 1, 3, point, one, point, one))
                .withMessage("x: expected 3 numbers, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Problems(1, 1, 1, 0, point, one, point, one))
                .withMessage("sizes: expected k >= 1, n >= 0, m >= 0, d >= 1, got 1, 1, 1, 0");
        for (double far : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1e200}) {
            double[] away = {far, 0};
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> divergence.solve(new Problems(1, 1, 1, 2, away, one, point, one)))
                    .withMessageContaining("at most 1.0E152 apart");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SinkhornDivergence(SinkhornSettings.CONVERGED_BALANCED)
                        .solve(new Problems(1, 1, 1, 2, point, one, point, new double[] {2})))
                .withMessage("balanced transport: expected equal masses, got 1.0 and 2.0");
    }

    @Test
    void divergence_givenNoPointsOrNoWeight_isZero() {
        SinkhornDivergence divergence = new SinkhornDivergence(SinkhornSettings.OFFICIAL);
        double[] points = random.doubles(6).toArray();
        double[] weights = {1, 0.5, 0};
        for (Problems p : List.of(
                new Problems(1, 3, 0, 2, points, weights, new double[0], new double[0]),
                new Problems(1, 0, 3, 2, new double[0], new double[0], points, weights),
                new Problems(1, 3, 3, 2, points, new double[3], points, weights))) {
            SinkhornDivergence.Result result = divergence.solve(p);
            assertThat(result.values()).containsExactly(0);
            assertThat(result.byPoints()).isEqualTo(new double[p.x().length]);
            assertThat(result.byWeights()).isEqualTo(new double[p.a().length]);
        }
    }

    /** Equal masses: half the mean squared distance of the best of all assignments. */
    @Test
    void converged_givenEqualMasses_agreesWithExactTransport() {
        SinkhornDivergence divergence = new SinkhornDivergence(SinkhornSettings.CONVERGED_BALANCED);
        for (int d : new int[] {1, 2, 16}) {
            for (int trial = 0; trial < 3; trial++) {
                int n = 6;
                double[] x = random.doubles((long) n * d).toArray();
                double[] y = random.doubles((long) n * d).toArray();
                double[][] costs = new double[n][n];
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        for (int axis = 0; axis < d; axis++) {
                            double difference = x[i * d + axis] - y[j * d + axis];
                            costs[i][j] += difference * difference / 2 / n;
                        }
                    }
                }
                double exact = cheapest(costs, 0, new boolean[n]);
                double value =
                        divergence.solve(Problems.unweighted(1, n, n, d, x, y)).values()[0];
                assertThat(value).as("%d dimensions", d).isCloseTo(exact, within(0.01 * exact));
            }
        }
    }

    private static double cheapest(double[][] costs, int row, boolean[] taken) {
        double least = row == costs.length ? 0 : Double.POSITIVE_INFINITY;
        for (int j = 0; row < costs.length && j < costs.length; j++) {
            if (!taken[j]) {
                taken[j] = true;
                least = Math.min(least, costs[row][j] + cheapest(costs, row + 1, taken));
                taken[j] = false;
            }
        }
        return least;
    }

    /** Two points with little reach: mass is destroyed, not moved, which the closed form prices. */
    @Test
    void converged_givenMassesInOnePlace_costsWhatTheClosedFormSays() {
        SinkhornDivergence divergence = new SinkhornDivergence(SinkhornSettings.CONVERGED);
        double[] x = {0.1, 0.2, 0.1, 0.2};
        double[] y = {0.1, 0.2, 0.9, 0.9};
        SinkhornDivergence.Result result =
                divergence.solve(new Problems(1, 2, 2, 2, x, new double[] {3, 2}, y, new double[] {6, 0}));
        double expected = 0.25 * Math.pow(Math.sqrt(5) - Math.sqrt(6), 2);
        assertThat(result.values()[0]).isCloseTo(expected, within(0.01 * expected));
        assertThat(result.massParts()[0]).isCloseTo(result.values()[0], within(1e-9));
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
                potentials.columns(epsilon, columns);
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
