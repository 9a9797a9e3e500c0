package io.apprentice.pose.object;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Finds rotations that leave an object looking the same, and measures how much its look changes under each.
 *
 * <p>First it tries whether the object may turn by any angle about a principal axis or an axis of its frame. If not, it
 * spreads {@value #ROTATIONS} rotations evenly over all rotations, takes those that leave the second moments of the
 * surface nearly unchanged, aligns each moved surface with the resting one (point to plane), and keeps those that fit.
 * Then it compares the colours. Deviations are measured at {@value #PROBES} points.
 *
 * <p>The result is a proposal, not a proof: the user decides whether a difference of 2 % is visible.
 */
public final class SymmetryFinder {
    /** A shape is the same if the mean deviation is at most this share of the diameter. */
    public static final double SHAPE_MEAN = 0.01;
    /** The shape also requires that at most one in fifty points deviates by more than this share of the diameter. */
    public static final double SHAPE_WORST = 0.03;
    /** Colours are the same if their mean difference is at most this, on the scale 0 to 1. */
    public static final double COLOUR_MEAN = 0.04;
    /** Colours also require that at most one in fifty points differs by more than this. */
    public static final double COLOUR_WORST = 0.2;

    private static final double WORST_SHARE = 0.02;
    private static final int POINTS = 20_000;
    private static final int PROBES = 1_500;
    private static final int QUICK_PROBES = 150;
    private static final int FIT_PROBES = 400;
    private static final int ROTATIONS = 5_000;
    /** Upper limit of the distance that a point counts for, as a share of the diameter. */
    private static final double FAR = 0.1;

    private static final double MOMENTS = 0.3;
    private static final double QUICK_MEAN = 0.04;
    private static final double SAME_ROTATION = Math.toRadians(12);
    private static final int FIT_ROUNDS = 12;
    private static final int ANGLES = 13;
    private static final double GOLDEN = 2.399963229728653;
    private static final int SCAN = 72;

    private final SurfaceSamples samples;
    private final double diameter;
    private final Vec3 centre;
    private final double[][] moments;

    private SymmetryFinder(ObjectModel object) {
        samples = new SurfaceSamples(object.mesh(), POINTS);
        diameter = object.diameter();
        centre = samples.centre();
        moments = moments();
    }

    /**
     * How much an object's look changes under a motion.
     *
     * @param shape mean distance of the moved surface from the resting one, metres
     * @param shapeWorst one in fifty points is farther away than this, metres
     * @param colour mean difference of the colours, averaged over 2 % of the object's length, 0 to 1
     * @param colourWorst one in fifty points differs by more than this
     */
    public record Deviation(double shape, double shapeWorst, double colour, double colourWorst) {
        private Deviation worse(Deviation other) {
            return new Deviation(
                    Math.max(shape, other.shape),
                    Math.max(shapeWorst, other.shapeWorst),
                    Math.max(colour, other.colour),
                    Math.max(colourWorst, other.colourWorst));
        }
    }

    /**
     * A motion or, if continuous, all turns about an axis.
     *
     * @param axis its axis, through the centre of the surface
     * @param angle right-handed about the axis, radians, above 0, at most pi; any angle if continuous
     * @param motion object frame to object frame; the identity if continuous
     * @param deviation of the motion; the worst of all turns if continuous
     */
    public record Candidate(
            boolean continuous,
            SymmetryGroup.Axis axis,
            double angle,
            Se3 motion,
            Deviation deviation,
            double diameter) {

        /** Whether the shape is the same. */
        public boolean sameShape() {
            return deviation.shape <= SHAPE_MEAN * diameter && deviation.shapeWorst <= SHAPE_WORST * diameter;
        }

        /** Whether shape and colours are the same. */
        public boolean sameLook() {
            return sameShape() && deviation.colour <= COLOUR_MEAN && deviation.colourWorst <= COLOUR_WORST;
        }
    }

    /**
     * Finds candidates: those with the same shape, and the nearest of the others.
     *
     * @return continuous ones first, then from the best shape on
     * @throws IllegalArgumentException if the surface has no area
     */
    public static List<Candidate> find(ObjectModel object) {
        return new SymmetryFinder(object).candidates();
    }

    /** Measures given symmetries: first each axis, then each motion. */
    public static List<Candidate> measure(ObjectModel object, SymmetryGroup symmetries) {
        SymmetryFinder finder = new SymmetryFinder(object);
        List<Candidate> candidates = new ArrayList<>();
        symmetries.continuous().forEach(axis -> candidates.add(finder.turns(axis)));
        symmetries.discrete().forEach(motion -> candidates.add(finder.measured(motion)));
        return candidates;
    }

    /**
     * The group of the candidates that are good enough. If products of motions are not good enough themselves, the
     * worst motions are left out, because symmetries always form a group.
     *
     * @param good {@link Candidate#sameLook} or {@link Candidate#sameShape}
     */
    public static SymmetryGroup group(List<Candidate> candidates, Predicate<Candidate> good) {
        List<SymmetryGroup.Axis> axes = candidates.stream()
                .filter(c -> c.continuous() && good.test(c))
                .map(Candidate::axis)
                .toList();
        List<Candidate> motions = new ArrayList<>(
                candidates.stream().filter(c -> !c.continuous() && good.test(c)).toList());
        while (axes.isEmpty() && !closed(motions)) {
            motions.remove(motions.stream()
                    .max(Comparator.comparingDouble(c -> c.deviation().shape()))
                    .orElseThrow());
        }
        if (!axes.isEmpty()) {
            // turns about the axis are part of it; one of the other motions is enough, because turns lead to the rest
            motions.removeIf(c -> Math.abs(c.axis().direction().dot(axes.get(0).direction())) > 0.9);
            motions = motions.subList(0, axes.size() > 1 ? 0 : Math.min(1, motions.size()));
        }
        return new SymmetryGroup(motions.stream().map(Candidate::motion).toList(), axes);
    }

    private static boolean closed(List<Candidate> motions) {
        for (Candidate a : motions) {
            for (Candidate b : motions) {
                Quaternion product = a.motion().rotation().times(b.motion().rotation());
                if (product.angleTo(Quaternion.IDENTITY) > 2 * SAME_ROTATION
                        && motions.stream().noneMatch(c -> c.motion().rotation().angleTo(product) < SAME_ROTATION)) {
                    return false;
                }
            }
        }
        return true;
    }

    private List<Candidate> candidates() {
        List<Candidate> turns = axes().stream().map(this::turns).toList();
        List<Candidate> all = new ArrayList<>();
        for (Candidate turn : turns) {
            boolean known = all.stream()
                    .anyMatch(
                            c -> Math.abs(c.axis().direction().dot(turn.axis().direction())) > Math.cos(SAME_ROTATION));
            if (turn.sameShape() && !known) {
                all.add(turn);
            }
        }
        if (all.size() == 1) {
            all.addAll(beside(all.get(0)));
        } else if (all.isEmpty()) {
            all.addAll(motions());
        }
        return all;
    }

    private List<SymmetryGroup.Axis> axes() {
        List<SymmetryGroup.Axis> axes = new ArrayList<>();
        try (Mat matrix = new Mat(3, 3, opencv_core.CV_64F);
                Mat values = new Mat();
                Mat vectors = new Mat()) {
            try (DoubleIndexer at = matrix.createIndexer()) {
                for (int i = 0; i < 9; i++) {
                    at.put(i / 3, i % 3, moments[i / 3][i % 3]);
                }
            }
            opencv_core.eigen(matrix, values, vectors);
            try (DoubleIndexer at = vectors.createIndexer()) {
                for (int i = 0; i < 3; i++) {
                    axes.add(axis(upright(new Vec3(at.get(i, 0), at.get(i, 1), at.get(i, 2)))));
                }
            }
        }
        for (Vec3 own : List.of(new Vec3(1, 0, 0), new Vec3(0, 1, 0), new Vec3(0, 0, 1))) {
            axes.add(axis(own));
        }
        // axes of the object frame come first, because their numbers have no noise
        axes.sort(Comparator.comparingInt(a -> -IntStream.of(0, 1, 2)
                .map(i -> Math.abs(component(a.direction(), i)) == 1 ? 1 : 0)
                .sum()));
        return axes;
    }

    private SymmetryGroup.Axis axis(Vec3 direction) {
        return new SymmetryGroup.Axis(direction, centre);
    }

    private static double component(Vec3 v, int i) {
        return i == 0 ? v.x() : i == 1 ? v.y() : v.z();
    }

    /** The direction of an axis whose largest component is positive. */
    private static Vec3 upright(Vec3 direction) {
        double largest = IntStream.of(0, 1, 2)
                .mapToDouble(i -> component(direction, i))
                .reduce(0, (a, b) -> Math.abs(b) > Math.abs(a) + 1e-9 ? b : a);
        return largest < 0 ? direction.times(-1) : direction;
    }

    private Candidate turns(SymmetryGroup.Axis axis) {
        Deviation worst = new Deviation(0, 0, 0, 0);
        for (int i = 1; i <= ANGLES; i++) {
            worst = worst.worse(deviation(axis.turn(i * GOLDEN), PROBES));
        }
        return new Candidate(true, axis, Math.PI, Se3.IDENTITY, worst, diameter);
    }

    private Candidate measured(Se3 motion) {
        Quaternion q = motion.rotation();
        Vec3 v = new Vec3(q.x(), q.y(), q.z()).times(q.w() < 0 ? -1 : 1);
        double angle = 2 * Math.atan2(v.norm(), Math.abs(q.w()));
        Vec3 direction = v.norm() > 0 ? v.normalized() : new Vec3(0, 0, 1);
        if (angle > Math.PI - 0.01) {
            direction = upright(direction);
        }
        return new Candidate(false, axis(direction), angle, motion, deviation(motion, PROBES), diameter);
    }

    /** Candidates of a shape that may turn by any angle: turning it over, and the allowed angles if colours forbid some. */
    private List<Candidate> beside(Candidate turning) {
        Vec3 direction = turning.axis().direction();
        Vec3 across = direction
                .cross(Math.abs(direction.z()) < 0.9 ? new Vec3(0, 0, 1) : new Vec3(1, 0, 0))
                .normalized();
        Se3 over = axis(across).turn(Math.PI);
        if (turning.sameLook()) {
            return List.of(measured(over));
        }
        List<Candidate> found = new ArrayList<>();
        for (Se3 first : List.of(Se3.IDENTITY, over)) {
            List<Candidate> scan = IntStream.range(first.equals(over) ? 0 : 1, SCAN)
                    .mapToObj(i ->
                            measured(turning.axis().turn(2 * Math.PI * i / SCAN).times(first)))
                    .toList();
            found.addAll(scan.stream().filter(Candidate::sameLook).toList());
        }
        return best(found, Comparator.comparingDouble(c -> c.deviation().colour()));
    }

    /** The candidates that are not almost equal to a better one or to the identity. */
    private static List<Candidate> best(List<Candidate> candidates, Comparator<Candidate> order) {
        List<Candidate> best = new ArrayList<>();
        for (Candidate candidate : candidates.stream().sorted(order).toList()) {
            if (candidate.angle() > SAME_ROTATION
                    && best.stream()
                            .noneMatch(b -> b.motion()
                                            .rotation()
                                            .angleTo(candidate.motion().rotation())
                                    < SAME_ROTATION)) {
                best.add(candidate);
            }
        }
        return best;
    }

    private record Start(Quaternion rotation, double mean) {}

    private List<Candidate> motions() {
        List<Start> starts = IntStream.range(0, ROTATIONS)
                .mapToObj(i -> rotation(i, ROTATIONS))
                .filter(this::keepsMoments)
                .map(q -> new Start(q, deviation(about(q), QUICK_PROBES).shape()))
                .filter(start -> start.mean() < QUICK_MEAN * diameter)
                .sorted(Comparator.comparingDouble(Start::mean))
                .toList();
        List<Quaternion> tried = new ArrayList<>(List.of(Quaternion.IDENTITY));
        List<Candidate> fitted = new ArrayList<>();
        for (Start start : starts) {
            if (tried.stream().noneMatch(q -> q.angleTo(start.rotation()) < SAME_ROTATION)) {
                Candidate candidate = measured(fit(about(start.rotation())));
                tried.add(start.rotation());
                tried.add(candidate.motion().rotation());
                fitted.add(candidate);
            }
        }
        List<Candidate> best =
                best(fitted, Comparator.comparingDouble(c -> c.deviation().shape()));
        List<Candidate> same = best.stream().filter(Candidate::sameShape).toList();
        return same.isEmpty() ? best.stream().limit(1).toList() : same;
    }

    /** A turn about the centre of the surface. */
    private Se3 about(Quaternion rotation) {
        return new Se3(rotation, centre.minus(rotation.rotate(centre)));
    }

    /**
     * One of n rotations that fill all rotations evenly.
     *
     * @see "Alexa, Super-Fibonacci Spirals: Fast, Low-Discrepancy Sampling of SO(3), CVPR 2022"
     */
    private static Quaternion rotation(int i, int n) {
        double s = i + 0.5;
        double inner = Math.sqrt(s / n);
        double outer = Math.sqrt(1 - s / n);
        double alpha = 2 * Math.PI * s / Math.sqrt(2);
        double beta = 2 * Math.PI * s / 1.5337511687552043;
        return new Quaternion(
                inner * Math.sin(alpha), inner * Math.cos(alpha), outer * Math.sin(beta), outer * Math.cos(beta));
    }

    /** Second moments of the surface about its centre, scaled to a trace of 1. */
    private double[][] moments() {
        double[][] m = new double[3][3];
        for (int i = 0; i < samples.size(); i++) {
            Vec3 p = samples.position(i).minus(centre);
            for (int r = 0; r < 3; r++) {
                for (int c = 0; c < 3; c++) {
                    m[r][c] += component(p, r) * component(p, c);
                }
            }
        }
        double trace = m[0][0] + m[1][1] + m[2][2];
        for (double[] row : m) {
            Arrays.setAll(row, c -> row[c] / trace);
        }
        return m;
    }

    private boolean keepsMoments(Quaternion rotation) {
        double[] r = rotation.matrix();
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double turned = 0;
                for (int k = 0; k < 3; k++) {
                    for (int l = 0; l < 3; l++) {
                        turned += r[3 * i + k] * moments[k][l] * r[3 * j + l];
                    }
                }
                sum += (turned - moments[i][j]) * (turned - moments[i][j]);
            }
        }
        return sum < MOMENTS * MOMENTS;
    }

    private Deviation deviation(Se3 motion, int probes) {
        double[] shape = new double[probes];
        double[] colour = new double[probes];
        for (int k = 0; k < probes; k++) {
            int i = probe(k, probes);
            Vec3 at = motion.transform(samples.position(i));
            int j = samples.nearest(at, motion.rotation().rotate(samples.normal(i)), FAR * diameter);
            shape[k] = j < 0 ? FAR * diameter : samples.distance(at, j);
            colour[k] = j < 0 ? 0 : samples.colourDifference(i, j);
        }
        return new Deviation(mean(shape), worst(shape), mean(colour), worst(colour));
    }

    private int probe(int k, int probes) {
        return (int) ((k + 0.5) / probes * samples.size());
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double worst(double[] values) {
        Arrays.sort(values);
        return values[(int) ((1 - WORST_SHARE) * (values.length - 1))];
    }

    /**
     * Aligns the moved surface with the resting one: Gauss-Newton on the distances from the planes at the nearest
     * points.
     */
    private Se3 fit(Se3 start) {
        Se3 motion = start;
        for (int round = 0; round < FIT_ROUNDS; round++) {
            double[][] normal = new double[6][7];
            for (int k = 0; k < FIT_PROBES; k++) {
                int i = probe(k, FIT_PROBES);
                Vec3 at = motion.transform(samples.position(i));
                int j = samples.nearest(at, motion.rotation().rotate(samples.normal(i)), FAR * diameter);
                if (j < 0) {
                    continue;
                }
                Vec3 n = samples.normal(j);
                Vec3 lever = at.minus(centre).times(1 / diameter).cross(n);
                double[] row = {
                    lever.x(),
                    lever.y(),
                    lever.z(),
                    n.x(),
                    n.y(),
                    n.z(),
                    samples.position(j).minus(at).dot(n) / diameter
                };
                for (int r = 0; r < 6; r++) {
                    for (int c = 0; c < 7; c++) {
                        normal[r][c] += row[r] * row[c];
                    }
                }
            }
            double[] step = solve(normal);
            Vec3 turn = new Vec3(step[0], step[1], step[2]);
            Quaternion rotation = turn.norm() > 0 ? Quaternion.about(turn, turn.norm()) : Quaternion.IDENTITY;
            Vec3 shift = new Vec3(step[3], step[4], step[5]).times(diameter);
            motion = new Se3(rotation, centre.minus(rotation.rotate(centre)).plus(shift)).times(motion);
        }
        return motion;
    }

    /**
     * Solves six equations, slightly damped, so that nothing moves in directions in which the surface slides along
     * itself.
     */
    private static double[] solve(double[][] normal) {
        double[] x = new double[6];
        try (Mat a = new Mat(6, 6, opencv_core.CV_64F);
                Mat b = new Mat(6, 1, opencv_core.CV_64F);
                Mat solution = new Mat()) {
            try (DoubleIndexer left = a.createIndexer();
                    DoubleIndexer right = b.createIndexer()) {
                for (int r = 0; r < 6; r++) {
                    for (int c = 0; c < 6; c++) {
                        left.put(r, c, normal[r][c] + (r == c ? 1e-3 * FIT_PROBES : 0));
                    }
                    right.put(r, 0, normal[r][6]);
                }
            }
            opencv_core.solve(a, b, solution, opencv_core.DECOMP_CHOLESKY);
            try (DoubleIndexer at = solution.createIndexer()) {
                Arrays.setAll(x, i -> at.get(i, 0));
            }
        }
        return x;
    }
}
