package io.apprentice.trainer;

import io.apprentice.learning.guard.Review;
import io.apprentice.learning.online.CameraWatch;
import io.apprentice.learning.online.Finding;
import io.apprentice.learning.online.GuardedTraining;
import io.apprentice.learning.online.TrainingDivergedException;
import io.apprentice.learning.step.StepLosses;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.object.ObjectModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training with its place in the log: which labels it has seen, which version it published last, and what that is
 * based on.
 *
 * <p>The order of the fold is the order of the log. Labels of one partition, so of one camera, are folded in that
 * order. Labels of several partitions are folded as they arrive; {@link #order()} says how, so that a student can be replayed
 * bit for bit from the topics alone. Not thread-safe.
 */
final class StudentFold implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StudentFold.class);
    private static final long NONE = -1;
    private static final int STATE_FORMAT = 0x5346_0003;
    /** Cameras that are watched; what is known of them lies in each checkpoint. */
    private static final int MOST_CAMERAS = 1_000;

    private final StudentSettings settings;
    private final String settingsText;
    private final GuardedTraining training;
    private final Map<Integer, Long> offsets = new TreeMap<>();
    private final NavigableMap<Long, Integer> published = new TreeMap<>();
    private final Map<String, CameraWatch> cameras = new TreeMap<>();
    private final FoldOrder order = new FoldOrder();
    private final LossAverages sinceVersion = new LossAverages();
    private final LossAverages sinceProgress = new LossAverages();
    private String startSha256;
    private long version = NONE;
    private long predecessor = NONE;
    private long restored = NONE;
    private long skipped;

    /**
     * Starts from given weights.
     *
     * @param objects models of all objects that {@code start} knows
     */
    StudentFold(NetworkWeights start, List<ObjectModel> objects, StudentSettings settings) {
        this.settings = settings;
        Precision precision = settings.precisionHere();
        settingsText = settings.settingsHere();
        startSha256 = start.sha256();
        training = new GuardedTraining(start, objects, settings.guarded(), precision);
    }

    /**
     * Learns from a label. After 1,000 cameras, further ones are not watched: their teacher's stride stays as it is set.
     *
     * @return what was noticed about its camera
     * @throws TrainingDivergedException after too many steps in a row without a finite loss
     */
    List<Finding> fold(TaughtLabel taught) {
        GuardedTraining.WatchedLesson lesson;
        try {
            lesson = cameras.size() < MOST_CAMERAS || cameras.containsKey(taught.camera())
                    ? training.add(taught.label(), watch(taught.camera()))
                    : new GuardedTraining.WatchedLesson(
                            training.add(taught.label(), 1).steps(), List.of());
        } catch (TrainingDivergedException e) {
            throw new TrainingDivergedException(
                    "student '%s': %s of local-predictions".formatted(settings.id(), e.getMessage()));
        }
        for (StepLosses step : lesson.steps()) {
            if (step.applied()) {
                sinceVersion.add(step);
                sinceProgress.add(step);
            }
        }
        order.learnt(taught);
        passed(taught.label().reference());
        return lesson.findings();
    }

    private CameraWatch watch(String camera) {
        return cameras.computeIfAbsent(camera, c -> new CameraWatch(c, settings.stride(), settings.drift()));
    }

    /** Cameras that this trainer no longer directs; each is named once. */
    List<String> letGo() {
        return cameras.entrySet().stream()
                .filter(entry -> entry.getValue().letGo())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Skips a label; that is recorded. */
    void skip(LabelReference label) {
        skipped++;
        order.skipped(label);
        passed(label);
    }

    private void passed(LabelReference label) {
        offsets.put(label.partition(), label.offset() + 1);
    }

    /** Whether this label comes after all labels of its partition so far. */
    boolean isNew(LabelReference label) {
        return label.offset() >= offsets.getOrDefault(label.partition(), 0L);
    }

    /** Lets the guard decide. */
    Optional<Review> decide() {
        Optional<Review> review = training.decide();
        review.map(Review::verdict).ifPresent(verdict -> {
            switch (verdict) {
                case PROMOTED -> {
                    predecessor = version;
                    restored = NONE;
                }
                case ROLLED_BACK -> {
                    restored = predecessor;
                    predecessor = NONE;
                }
                case WITHHELD -> {}
            }
        });
        return review;
    }

    /** Takes the next version number. */
    long nextVersion() {
        return ++version;
    }

    /** The older version whose weights the newest one has, after a rollback. */
    OptionalLong restored() {
        return restored == NONE ? OptionalLong.empty() : OptionalLong.of(restored);
    }

    /** The newest version; -1 before there is one. */
    long version() {
        return version;
    }

    /**
     * Remembers that the newest version was published in this many parts.
     *
     * @param pinned a version that somebody wants to keep
     * @return what is to be removed now: versions older than the newest {@code keep}, with their parts; never version 0
     */
    Map<Long, Integer> published(int parts, int keep, OptionalLong pinned) {
        published.put(version, parts);
        Map<Long, Integer> old = new TreeMap<>(published.headMap(version - keep, true));
        old.remove(0L);
        pinned.ifPresent(old::remove);
        published.keySet().removeAll(old.keySet());
        return old;
    }

    /** The weights of the newest version. */
    NetworkWeights weights() {
        return training.weights();
    }

    /** What was folded in since the last commit. */
    FoldOrder order() {
        return order;
    }

    /** Settings that decide what the weights become, with the number format. */
    String settings() {
        return settingsText;
    }

    long seed() {
        return settings.seed();
    }

    String startSha256() {
        return startSha256;
    }

    long labels() {
        return training.labels();
    }

    long skipped() {
        return skipped;
    }

    /** Gradient steps so far. */
    long steps() {
        return training.steps();
    }

    long nonFiniteSteps() {
        return training.nonFiniteSteps();
    }

    int replaySize() {
        return training.replaySize();
    }

    /** Per partition of the labels: the first offset not folded in. */
    Map<Integer, Long> offsets() {
        return Map.copyOf(offsets);
    }

    /** Averages since the last version. */
    Map<String, Double> takeVersionLosses() {
        return sinceVersion.take();
    }

    /** Averages since the last progress record. */
    Map<String, Double> takeProgressLosses() {
        return sinceProgress.take();
    }

    /** Everything needed to go on from here. */
    byte[] state() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(STATE_FORMAT);
            out.writeUTF(startSha256);
            byte[] text = settingsText.getBytes(StandardCharsets.UTF_8);
            out.writeInt(text.length);
            out.write(text);
            out.writeLong(version);
            out.writeLong(predecessor);
            out.writeLong(restored);
            out.writeLong(training.reviewedSteps());
            out.writeLong(skipped);
            out.writeLong(training.nonFiniteSteps());
            out.writeInt(offsets.size());
            for (Map.Entry<Integer, Long> entry : offsets.entrySet()) {
                out.writeInt(entry.getKey());
                out.writeLong(entry.getValue());
            }
            out.writeInt(published.size());
            for (Map.Entry<Long, Integer> entry : published.entrySet()) {
                out.writeLong(entry.getKey());
                out.writeInt(entry.getValue());
            }
            out.writeInt(cameras.size());
            for (Map.Entry<String, CameraWatch> entry : cameras.entrySet()) {
                out.writeUTF(entry.getKey());
                entry.getValue().write(out);
            }
            out.write(training.state());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Goes on from an earlier state.
     *
     * @throws IllegalArgumentException if the bytes are not the state of such a student
     */
    void restore(byte[] state, Function<LabelReference, Optional<Label>> reload) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            int format = in.readInt();
            if (format != STATE_FORMAT) {
                throw new IllegalArgumentException(
                        "checkpoint: expected format %08x, got %08x".formatted(STATE_FORMAT, format));
            }
            String start = in.readUTF();
            if (!start.equals(startSha256)) {
                LOG.warn(
                        "student '{}' goes on from its checkpoint, which started from weights {}; those given now ({}) are not used. "
                                + "Set another student.id to start anew",
                        settings.id(),
                        start,
                        startSha256);
                startSha256 = start;
            }
            String before = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            if (!before.equals(settingsText)) {
                LOG.warn(
                        "student '{}': settings changed since its checkpoint; replaying it needs both. Before: {}. Now: {}",
                        settings.id(),
                        before,
                        settingsText);
            }
            version = in.readLong();
            predecessor = in.readLong();
            restored = in.readLong();
            long reviewed = in.readLong();
            skipped = in.readLong();
            long nonFinite = in.readLong();
            offsets.clear();
            for (int i = in.readInt(); i > 0; i--) {
                offsets.put(in.readInt(), in.readLong());
            }
            published.clear();
            for (int i = in.readInt(); i > 0; i--) {
                published.put(in.readLong(), in.readInt());
            }
            cameras.clear();
            for (int i = in.readInt(); i > 0; i--) {
                watch(in.readUTF()).read(in);
            }
            int gone = training.restore(in.readAllBytes(), reviewed, nonFinite, reload);
            order.clear();
            order.gone(gone);
            if (gone > 0) {
                LOG.warn(
                        "student '{}': {} labels of the replay are no longer in the topics; the training goes on without them, so it no "
                                + "longer equals an uninterrupted one to the last bit",
                        settings.id(),
                        gone);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("checkpoint: ends too early", e);
        }
    }

    @Override
    public void close() {
        training.close();
    }
}
