package io.apprentice.learning.guard;

import io.apprentice.learning.sample.ExamCrop;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.object.ObjectModel;
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
 * <p>It keeps two sets of held-out objects. The <em>recent</em> set holds the newest ones. There a candidate must be
 * about as near to the teacher as the version in use. That alone would follow a teacher that goes wrong, since its
 * held-out labels are wrong too. So there is a second set, the <em>confirmed</em> objects. When such an object came,
 * the version in use and the teacher agreed on it: two witnesses, since the student had not learnt from it. There a
 * candidate must be about as near to the teacher as the best version since the objects came. That figure does not slip
 * with the version in use, so many small losses do not add up. Labels of a teacher that suddenly errs are not
 * confirmed, so they never enter. Once the set is full, a new confirmed object replaces one chosen at random: old
 * scenes fade about as fast as from the replay.
 *
 * <p>A version in use that knows better can <em>dispute</em> a teacher that has been wrong from the start. It does so
 * if its votes on the recent objects agree with each other far better than with the teacher, and if it is right on
 * rendered crops of the same objects. Then nothing is promoted. A student that knows the object but not the scene fails
 * the first condition: its votes do not agree that well. A student that has hardly learnt anything may meet the first,
 * but it fails on the rendered crops.
 *
 * <p>A promoted version is still compared with its predecessor, on the objects that are held out after the promotion.
 */
public final class Guard implements AutoCloseable {

    /** A student that is nearer to the truth than this in most rendered crops, in object sizes, knows the objects. */
    private static final double KNOWS_BELOW = 0.25;

    private final List<ObjectModel> objects;
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
     * @param objects those of the network's classes, in their order
     * @param rendered crops of the objects with their true keypoints, the same ones at each call; needed when a version
     *     may dispute the teacher
     */
    public Guard(
            NetworkWeights start,
            List<ObjectModel> objects,
            GuardSettings settings,
            Precision precision,
            Supplier<List<ExamCrop>> rendered) {
        this.objects = List.copyOf(objects);
        this.settings = settings;
        this.precision = precision;
        this.rendered = rendered;
        heldOut = new HeldOut(settings);
        inUse = new Examiner(start, objects, precision);
    }

    /** The version in use. */
    public NetworkWeights inUse() {
        return inUse.weights();
    }

    /** How well the version in use agrees with the teacher about a label's objects. */
    public List<Agreement> ask(List<ExamCrop> crops) {
        return inUse.evaluate(crops);
    }

    /**
     * Takes the objects of a held-out label.
     *
     * @param answers of the version in use, one per crop
     * @param random chooses the confirmed object that is replaced
     */
    public void holdOut(List<ExamCrop> crops, List<Agreement> answers, RandomGenerator random) {
        List<Agreement> before = predecessor.map(p -> p.evaluate(crops)).orElse(List.of());
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
     * How far the version in use is from the teacher, in multiples of the spread among its own cells: the median over
     * the recent objects; 0 without any. A spread below the margin counts as the margin.
     */
    private double spreads() {
        return median(inUse.evaluate(heldOut.recent()).stream()
                .mapToDouble(answer -> answer.distance() / Math.max(answer.spread(), settings.margin())));
    }

    private boolean knowsTheObjects() {
        return median(inUse.evaluate(rendered.get()).stream().mapToDouble(Agreement::distance)) < KNOWS_BELOW;
    }

    /** The upper of the two middle values if their number is even; 0 without values. */
    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** Measures a candidate; one that passes is in use from now on. */
    public Review review(NetworkWeights candidate) {
        Examiner examiner = new Examiner(candidate, objects, precision);
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
        try (Examiner examiner = new Examiner(candidate, objects, precision)) {
            return measure(examiner).passes();
        }
    }

    private void use(Examiner examiner, List<Double> onRecent) {
        inUse = examiner;
        heldOut.replaceRecent(onRecent);
        sincePromotion.clear();
    }

    /**
     * Goes back to the predecessor if the version in use is worse on what was held out since its promotion, by the
     * margin and beyond chance. It stays if the confirmed objects contradict: a teacher that goes wrong may well err
     * towards the predecessor.
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
        return examiner.evaluate(crops).stream().map(Agreement::distance).toList();
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

    /**
     * Goes back to an earlier {@link #state()}.
     *
     * @param withCameras false for a state from before its crops had cameras
     */
    public void restore(byte[] state, boolean withCameras) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        close();
        inUse = examiner(in);
        predecessor = in.readBoolean() ? Optional.of(examiner(in)) : Optional.empty();
        heldOut.read(in, withCameras);
        sincePromotion.read(in);
    }

    /** Forgets everything: {@code weights} are in use, and nothing was held out yet. */
    public void startFrom(NetworkWeights weights) {
        close();
        predecessor = Optional.empty();
        heldOut.clear();
        use(new Examiner(weights, objects, precision), List.of());
    }

    private Examiner examiner(DataInputStream in) throws IOException {
        return new Examiner(NetworkWeights.fromBytes(in.readNBytes(in.readInt())), objects, precision);
    }

    @Override
    public void close() {
        inUse.close();
        predecessor.ifPresent(Examiner::close);
    }
}
