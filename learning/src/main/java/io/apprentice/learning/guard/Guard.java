package io.apprentice.learning.guard;

import io.apprentice.learning.sample.ExamCrop;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/**
 * Decides which students come into use, by labels that no student learns from.
 *
 * <p>It keeps two sets of held-out objects. <em>Recent</em>: the newest; there a candidate must be about as near to the teacher as the
 * version in use. That alone would follow a teacher that goes wrong, since its held-out labels are wrong too. So the second set is of
 * objects about which the version in use and the teacher agreed when they came, two witnesses, since the student had not learnt from them:
 * <em>confirmed</em>. There a candidate must be about as near to the teacher as the best version since they came, a figure that does
 * not fall with the version in use, so that many small losses do not add up. Labels of a teacher that suddenly errs are not confirmed,
 * so they never enter. Once full, a new confirmed object takes the place of one chosen at random: old scenes fade about as fast as from
 * the replay.
 *
 * <p>A teacher that has been wrong from the start is <em>disputed</em> by a version in use that knows better: its votes on the recent objects
 * agree with each other far better than with the teacher, and on rendered crops of the same objects they are right. Then nothing is promoted. A
 * student that knows the object, but not the scene, is not that sure of itself; one that has hardly learnt anything may be, but fails on the
 * rendered crops.
 *
 * <p>A version that was promoted is measured on, beside its predecessor, with the objects held out after it.
 */
public final class Guard implements AutoCloseable {

    /** A mean counts as larger only if it is so by as many of its standard errors. */
    private static final double STANDARD_ERRORS = 2;

    /** Who is nearer to the truth than this in most rendered crops, in object sizes, knows the objects. */
    private static final double KNOWS_BELOW = 0.25;

    /** A held-out object with a distance from the teacher: if recent that of the version in use, if confirmed the one to keep up with. */
    private record Exam(ExamCrop crop, double distance) {}

    private final GuardSettings settings;
    private final Precision precision;
    private final Supplier<List<ExamCrop>> rendered;
    private final List<Exam> recent = new ArrayList<>();
    private final List<Exam> confirmed = new ArrayList<>();
    private Examiner inUse;
    private Optional<Examiner> predecessor = Optional.empty();
    private int since;
    private double sinceInUse;
    private double sincePredecessor;
    private double sinceSquares;
    /** Of how many objects since was known when a rollback was last thought about: the same ones give the same answer. */
    private int lookedAt;

    /**
     * A guard before a first version.
     *
     * @param rendered crops of the objects with their true keypoints, the same ones at each call; asked for when a version may dispute
     */
    public Guard(NetworkWeights start, GuardSettings settings, Precision precision, Supplier<List<ExamCrop>> rendered) {
        this.settings = settings;
        this.precision = precision;
        this.rendered = rendered;
        inUse = new Examiner(start, precision);
    }

    /** The version in use. */
    public NetworkWeights inUse() {
        return inUse.weights();
    }

    /** What the version in use says about a label's objects. */
    public List<Agreement> ask(List<ExamCrop> crops) {
        return inUse.ask(crops);
    }

    /**
     * Takes the objects of a held-out label.
     *
     * @param answers of the version in use
     * @param random decides which confirmed object makes room
     */
    public void holdOut(List<ExamCrop> crops, List<Agreement> answers, RandomGenerator random) {
        List<Agreement> before = predecessor.map(p -> p.ask(crops)).orElse(List.of());
        for (int i = 0; i < crops.size(); i++) {
            double distance = answers.get(i).distance();
            Exam exam = new Exam(crops.get(i), distance);
            recent.add(exam);
            if (recent.size() > settings.recent()) {
                recent.remove(0);
            }
            double usual = mean(recent.stream().map(Exam::distance).toList());
            if (Math.max(distance, usual) <= settings.confirmedBelow()) {
                if (confirmed.size() < settings.trusted()) {
                    confirmed.add(exam);
                } else {
                    confirmed.set(random.nextInt(confirmed.size()), exam);
                }
            }
            if (!before.isEmpty()) {
                since++;
                sinceInUse += distance;
                sincePredecessor += before.get(i).distance();
                double difference = distance - before.get(i).distance();
                sinceSquares += difference * difference;
            }
        }
    }

    /** A candidate on all that is held out. */
    private final class Measurement {

        private final Examiner examiner;
        private final List<Double> onRecent;
        private final double now;
        private final double usual = mean(recent.stream().map(Exam::distance).toList());
        private final double spreads = spreads();
        private final boolean disputed = spreads > settings.disputedBeyond() && knowsTheObjects();
        private final List<Double> onConfirmed;
        private final double old;
        private final double best = mean(confirmed.stream().map(Exam::distance).toList());

        Measurement(NetworkWeights candidate) {
            examiner = new Examiner(candidate, precision);
            onRecent = distances(examiner, recent);
            now = mean(onRecent);
            onConfirmed = distances(examiner, confirmed);
            old = mean(onConfirmed);
        }

        boolean remembers() {
            return confirmed.isEmpty() || old <= best + settings.margin();
        }

        boolean passes() {
            return remembers() && !disputed && (recent.isEmpty() || now <= usual + settings.margin());
        }

        Review review() {
            Map<String, Double> figures = new TreeMap<>();
            figures.put("recent_objects", (double) recent.size());
            figures.put("confirmed_objects", (double) confirmed.size());
            if (!recent.isEmpty()) {
                figures.put("recent_candidate", now);
                figures.put("recent_in_use", usual);
                figures.put("recent_in_use_spreads", spreads);
            }
            if (!confirmed.isEmpty()) {
                figures.put("confirmed_candidate", old);
                figures.put("confirmed_best", best);
            }
            String why = "";
            if (!remembers()) {
                why = "forgets what was confirmed: ";
            } else if (disputed) {
                why = "follows a teacher that the version in use disputes, off by %.0f of its spreads: "
                        .formatted(spreads);
            } else if (!passes()) {
                why = "farther from the teacher than the version in use: ";
            }
            return new Review(
                    passes() ? Review.Verdict.PROMOTED : Review.Verdict.WITHHELD,
                    figures,
                    why
                            + "%d recent objects %.3f from the teacher, the version in use %.3f; %d confirmed objects %.3f, at best %.3f"
                                    .formatted(recent.size(), now, usual, confirmed.size(), old, best));
        }
    }

    /**
     * How many times as far the version in use lies from the teacher as its cells from each other: median of the recent objects, a
     * spread below the margin counting as the margin; 0 without any.
     */
    private double spreads() {
        return median(inUse.ask(recent.stream().map(Exam::crop).toList()).stream()
                .mapToDouble(answer -> answer.distance() / Math.max(answer.spread(), settings.margin())));
    }

    private boolean knowsTheObjects() {
        return median(inUse.ask(rendered.get()).stream().mapToDouble(Agreement::distance)) < KNOWS_BELOW;
    }

    /** The upper one of two; 0 of none. */
    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** Measures a candidate; one that passes is in use from now on. */
    public Review review(NetworkWeights candidate) {
        Measurement measurement = new Measurement(candidate);
        Review review = measurement.review();
        if (measurement.passes()) {
            predecessor.ifPresent(Examiner::close);
            predecessor = Optional.of(inUse);
            use(measurement.examiner, measurement.onRecent);
            if (measurement.old < measurement.best) {
                replace(confirmed, measurement.onConfirmed);
            }
        } else {
            measurement.examiner.close();
        }
        return review;
    }

    /** Whether a candidate would pass {@link #review}; it does not come into use. */
    public boolean passes(NetworkWeights candidate) {
        Measurement measurement = new Measurement(candidate);
        measurement.examiner.close();
        return measurement.passes();
    }

    private void use(Examiner examiner, List<Double> onRecent) {
        inUse = examiner;
        replace(recent, onRecent);
        since = 0;
        sinceInUse = 0;
        sincePredecessor = 0;
        sinceSquares = 0;
        lookedAt = 0;
    }

    private static void replace(List<Exam> exams, List<Double> distances) {
        for (int i = 0; i < exams.size(); i++) {
            exams.set(i, new Exam(exams.get(i).crop(), distances.get(i)));
        }
    }

    /**
     * Goes back to the predecessor if the version in use is worse on what was held out since, by the margin and beyond chance, unless
     * the confirmed objects contradict: a teacher that goes wrong may well err towards the predecessor.
     */
    public Optional<Review> rollback() {
        if (since < settings.rollbackAfter() || since == lookedAt) {
            return Optional.empty();
        }
        lookedAt = since;
        double worse = sinceInUse / since;
        double better = sincePredecessor / since;
        double variance = Math.max(0, sinceSquares / since - (worse - better) * (worse - better));
        if (worse - better <= settings.margin() + STANDARD_ERRORS * Math.sqrt(variance / since)) {
            return Optional.empty();
        }
        Examiner back = predecessor.orElseThrow();
        double best = mean(confirmed.stream().map(Exam::distance).toList());
        if (mean(distances(back, confirmed)) > best + settings.margin()) {
            return Optional.empty();
        }
        Review review = new Review(
                Review.Verdict.ROLLED_BACK,
                Map.of("since_objects", (double) since, "since_in_use", worse, "since_predecessor", better),
                "%d objects since its promotion %.3f from the teacher, its predecessor %.3f"
                        .formatted(since, worse, better));
        inUse.close();
        predecessor = Optional.empty();
        use(back, distances(back, recent));
        return Optional.of(review);
    }

    private static List<Double> distances(Examiner examiner, List<Exam> exams) {
        return examiner.ask(exams.stream().map(Exam::crop).toList()).stream()
                .map(Agreement::distance)
                .toList();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(0);
    }

    public byte[] state() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        write(inUse.weights(), out);
        out.writeBoolean(predecessor.isPresent());
        if (predecessor.isPresent()) {
            write(predecessor.get().weights(), out);
        }
        for (List<Exam> exams : List.of(recent, confirmed)) {
            out.writeInt(exams.size());
            for (Exam exam : exams) {
                exam.crop().write(out);
                out.writeDouble(exam.distance());
            }
        }
        out.writeInt(since);
        out.writeDouble(sinceInUse);
        out.writeDouble(sincePredecessor);
        out.writeDouble(sinceSquares);
        return bytes.toByteArray();
    }

    private static void write(NetworkWeights weights, DataOutputStream out) throws IOException {
        byte[] file = weights.toBytes();
        out.writeInt(file.length);
        out.write(file);
    }

    /** Goes back to where {@link #state()} was taken. */
    public void restore(byte[] state) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        close();
        inUse = examiner(in);
        predecessor = in.readBoolean() ? Optional.of(examiner(in)) : Optional.empty();
        for (List<Exam> exams : List.of(recent, confirmed)) {
            exams.clear();
            for (int i = in.readInt(); i > 0; i--) {
                exams.add(new Exam(ExamCrop.read(in), in.readDouble()));
            }
        }
        since = in.readInt();
        sinceInUse = in.readDouble();
        sincePredecessor = in.readDouble();
        sinceSquares = in.readDouble();
        lookedAt = 0;
    }

    /** Forgets everything: {@code weights} are in use, and nothing was held out yet. */
    public void startFrom(NetworkWeights weights) {
        close();
        predecessor = Optional.empty();
        recent.clear();
        confirmed.clear();
        use(new Examiner(weights, precision), List.of());
    }

    private Examiner examiner(DataInputStream in) throws IOException {
        return new Examiner(NetworkWeights.fromBytes(in.readNBytes(in.readInt())), precision);
    }

    @Override
    public void close() {
        inUse.close();
        predecessor.ifPresent(Examiner::close);
    }
}
