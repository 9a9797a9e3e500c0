package io.apprentice.learning.guard;

import io.apprentice.learning.sample.ExamCrop;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

    /** Who is nearer to the truth than this in most rendered crops, in object sizes, knows the objects. */
    private static final double KNOWS_BELOW = 0.25;

    private final GuardSettings settings;
    private final Precision precision;
    private final Supplier<List<ExamCrop>> rendered;
    private final HeldOut heldOut;
    private final SincePromotion sincePromotion = new SincePromotion();
    private Examiner inUse;
    private Optional<Examiner> predecessor = Optional.empty();

    /**
     * A guard before a first version.
     *
     * @param rendered crops of the objects with their true keypoints, the same ones at each call; needed when a version may dispute
     */
    public Guard(NetworkWeights start, GuardSettings settings, Precision precision, Supplier<List<ExamCrop>> rendered) {
        this.settings = settings;
        this.precision = precision;
        this.rendered = rendered;
        heldOut = new HeldOut(settings);
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
            heldOut.add(crops.get(i), distance, random);
            if (!before.isEmpty()) {
                sincePromotion.add(distance, before.get(i).distance());
            }
        }
    }

    private Measurement measure(Examiner candidate) {
        double spreads = spreads();
        return new Measurement(
                distances(candidate, heldOut.recent()),
                distances(candidate, heldOut.confirmed()),
                heldOut.recentMean(),
                heldOut.confirmedMean(),
                spreads,
                spreads > settings.disputedBeyond() && knowsTheObjects(),
                settings.margin());
    }

    /**
     * How many times as far the version in use lies from the teacher as its cells from each other: median of the recent objects, a
     * spread below the margin counting as the margin; 0 without any.
     */
    private double spreads() {
        return median(inUse.ask(heldOut.recent()).stream()
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
        Examiner examiner = new Examiner(candidate, precision);
        Measurement measurement = measure(examiner);
        if (measurement.passes()) {
            predecessor.ifPresent(Examiner::close);
            predecessor = Optional.of(inUse);
            use(examiner, measurement.recent());
            if (measurement.confirmedMean() < measurement.best()) {
                heldOut.replaceConfirmed(measurement.confirmed());
            }
        } else {
            examiner.close();
        }
        return measurement.review();
    }

    /** Whether a candidate would pass {@link #review}; it does not come into use. */
    public boolean passes(NetworkWeights candidate) {
        try (Examiner examiner = new Examiner(candidate, precision)) {
            return measure(examiner).passes();
        }
    }

    private void use(Examiner examiner, List<Double> onRecent) {
        inUse = examiner;
        heldOut.replaceRecent(onRecent);
        sincePromotion.clear();
    }

    /**
     * Goes back to the predecessor if the version in use is worse on what was held out since, by the margin and beyond chance, unless
     * the confirmed objects contradict: a teacher that goes wrong may well err towards the predecessor.
     */
    public Optional<Review> rollback() {
        Optional<Review> review = sincePromotion.caseForRollback(settings);
        if (review.isEmpty()) {
            return Optional.empty();
        }
        Examiner back = predecessor.orElseThrow();
        if (mean(distances(back, heldOut.confirmed())) > heldOut.confirmedMean() + settings.margin()) {
            return Optional.empty();
        }
        inUse.close();
        predecessor = Optional.empty();
        use(back, distances(back, heldOut.recent()));
        return review;
    }

    private static List<Double> distances(Examiner examiner, List<ExamCrop> crops) {
        return examiner.ask(crops).stream().map(Agreement::distance).toList();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(0);
    }

    /** Everything that {@link #restore} needs. */
    public byte[] state() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        write(inUse.weights(), out);
        out.writeBoolean(predecessor.isPresent());
        if (predecessor.isPresent()) {
            write(predecessor.get().weights(), out);
        }
        heldOut.write(out);
        sincePromotion.write(out);
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
        heldOut.read(in);
        sincePromotion.read(in);
    }

    /** Forgets everything: {@code weights} are in use, and nothing was held out yet. */
    public void startFrom(NetworkWeights weights) {
        close();
        predecessor = Optional.empty();
        heldOut.clear();
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
