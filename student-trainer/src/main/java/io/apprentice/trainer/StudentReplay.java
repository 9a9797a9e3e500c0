package io.apprentice.trainer;

import io.apprentice.learning.guard.Review;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.schemas.FoldedRun;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingOrder;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Computes versions of a student once more: its start and its labels, in the order that {@code training-order} keeps.
 *
 * <p>On the same kind of machine the weights are equal to the last bit. Reads only; nothing is published.
 */
public final class StudentReplay {

    /** What separates settings in the text of records. */
    private static final String SETTING = "[\\[\\], ]+";

    private final ServiceContext context;
    private final StudentSettings settings;
    private final List<ObjectModel> objects;
    private final List<TrainingOrder> commits;
    private final PublishedStudents published;

    /**
     * A version, computed again.
     *
     * @param expected hash of the version that was published, hexadecimal
     * @param got hash of this one
     * @param madeBy what computed the published one; {@link TorchRuntime#fingerprint()} computed this one
     * @param largestDifference between two weights; empty where the published file is no longer kept
     */
    public record Result(long version, String expected, String got, String madeBy, OptionalDouble largestDifference) {
        /** Whether all bits are the same. */
        public boolean equal() {
            return expected.equals(got);
        }
    }

    /**
     * Checks that all is there that a replay needs: the start, the order, labels and frames.
     *
     * @param settings as the trainer's; its id is the student
     * @param objects models of all objects that the student knows
     * @param version to replay up to
     * @throws IOException if something is no longer kept, or other settings made the student; says what
     */
    public StudentReplay(ServiceContext context, StudentSettings settings, List<ObjectModel> objects, long version)
            throws IOException {
        this.context = context;
        this.settings = settings;
        this.objects = List.copyOf(objects);
        commits = Lineage.read(context, settings.id()).upTo(version);
        try (RecordReader reader = new RecordReader(context.kafka())) {
            published = PublishedStudents.read(context, reader, settings.id());
            Map<Integer, Long> labels = reader.beginningOffsets(context.topics().name(Topic.LOCAL_PREDICTIONS));
            Map<Integer, Long> frames = reader.beginningOffsets(context.topics().name(Topic.FRAMES));
            for (TrainingOrder commit : commits) {
                requireKept(commit, labels, frames);
            }
        }
        String start = published.start().sha256();
        for (TrainingOrder commit : commits) {
            requireRepeatable(commit, start);
        }
    }

    private void requireKept(TrainingOrder commit, Map<Integer, Long> labels, Map<Integer, Long> frames)
            throws IOException {
        for (FoldedRun run : commit.getRuns()) {
            FrameRef frame = run.getFramesFrom();
            if (!run.getLearnt() || frame == null) {
                continue;
            }
            requireKept(Topic.LOCAL_PREDICTIONS, run.getPartition(), run.getFrom(), labels);
            requireKept(Topic.FRAMES, frame.getPartition(), frame.getOffset(), frames);
        }
    }

    private void requireKept(Topic topic, int partition, long offset, Map<Integer, Long> beginnings)
            throws IOException {
        long beginning = beginnings.getOrDefault(partition, 0L);
        if (beginning > offset) {
            throw new IOException(
                    "student '%s' learnt from offset %d of %s, partition %d, which now begins at %d: a replay needs frames and labels since its start"
                            .formatted(settings.id(), offset, context.topics().name(topic), partition, beginning));
        }
    }

    private void requireRepeatable(TrainingOrder commit, String start) throws IOException {
        if (commit.getGone() > 0) {
            throw new IOException(
                    "student '%s': a restart after %d labels did not find %d labels for repetition any more, so nobody can repeat what follows"
                            .formatted(settings.id(), commit.getFoldedBefore(), commit.getGone()));
        }
        String here = settings.settingsHere();
        if (!commit.getSettings().equals(here)) {
            throw new IOException("student '%s' was trained with other settings after %d labels: %s"
                    .formatted(settings.id(), commit.getFoldedBefore(), unlike(commit.getSettings(), here)));
        }
        if (!commit.getStartSha256().equals(start)) {
            throw new IOException("student '%s' started from weights %s, version 0 in student-models has %s"
                    .formatted(settings.id(), commit.getStartSha256(), start));
        }
    }

    /** Where two texts of settings differ; both, if they are not of the same form. */
    private static String unlike(String there, String here) {
        String[] a = there.split(SETTING, -1);
        String[] b = here.split(SETTING, -1);
        String different = a.length != b.length
                ? ""
                : IntStream.range(0, a.length)
                        .filter(i -> !a[i].equals(b[i]))
                        .mapToObj(i -> "%s, here %s".formatted(a[i], b[i]))
                        .collect(Collectors.joining("; "));
        return different.isEmpty() ? "%s; here: %s".formatted(there, here) : different;
    }

    /** Labels that a replay folds in. */
    public long labels() {
        return commits.stream().mapToLong(Lineage::labels).sum();
    }

    /**
     * What computed the versions, each as {@link TorchRuntime#fingerprint()}; where it is not the same here, the bits may
     * differ.
     */
    public List<String> madeBy() {
        return List.copyOf(
                new TreeSet<>(commits.stream().map(TrainingOrder::getMadeBy).toList()));
    }

    /**
     * Folds all labels in.
     *
     * @param folded is told how many labels are folded in so far
     * @param version is told each version, in order
     * @param stop whether to end early
     * @throws IOException if a record cannot be read, or the log has other labels than the trainer saw
     */
    public void run(Consumer<Long> folded, Consumer<Result> version, BooleanSupplier stop) throws IOException {
        try (LabelSource labels = new LabelSource(context);
                RecordReader reader = new RecordReader(context.kafka());
                StudentFold fold = new StudentFold(published.start(), objects, settings)) {
            fold.nextVersion();
            long before = -1;
            for (TrainingOrder commit : commits) {
                TorchRuntime.useThreads(commit.getThreads());
                for (FoldedRun run : commit.getRuns()) {
                    if (stop.getAsBoolean()) {
                        return;
                    }
                    fold(run, labels, reader, fold);
                    folded.accept(fold.labels() + fold.skipped());
                }
                if (fold.version() != commit.getVersion()) {
                    throw new IOException("student '%s' after %d labels: the log says version %d, the replay has %d"
                            .formatted(
                                    settings.id(),
                                    commit.getFoldedBefore() + Lineage.labels(commit),
                                    commit.getVersion(),
                                    fold.version()));
                }
                if (commit.getVersion() != before) {
                    version.accept(compare(commit, fold.weights()));
                }
                before = commit.getVersion();
            }
        } catch (UndecodableRecordException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void fold(FoldedRun run, LabelSource labels, RecordReader reader, StudentFold fold)
            throws IOException, UndecodableRecordException {
        if (!run.getLearnt()) {
            for (int i = 0; i < run.getLabels(); i++) {
                fold.skip(new LabelReference(run.getPartition(), run.getTo() - 1));
                decide(fold);
            }
            return;
        }
        String topic = context.topics().name(Topic.LOCAL_PREDICTIONS);
        int learnt = 0;
        for (long offset = run.getFrom(); offset < run.getTo(); offset++) {
            Optional<Received> record = reader.fetch(topic, run.getPartition(), offset);
            if (record.isEmpty()) {
                continue; // the end of a transaction
            }
            TaughtLabel label = labels.label(record.get())
                    .orElseThrow(() -> new IOException("the frame of label %d of %s, partition %d, is no longer kept"
                            .formatted(record.get().offset(), topic, run.getPartition())));
            fold.fold(label);
            decide(fold);
            learnt++;
        }
        if (learnt != run.getLabels()) {
            throw new IOException("%s, partition %d, offsets %d to %d: the trainer saw %d labels, there are %d"
                    .formatted(topic, run.getPartition(), run.getFrom(), run.getTo(), run.getLabels(), learnt));
        }
    }

    private static void decide(StudentFold fold) {
        fold.decide()
                .map(Review::verdict)
                .filter(v -> v != Review.Verdict.WITHHELD)
                .ifPresent(v -> fold.nextVersion());
    }

    private Result compare(TrainingOrder commit, NetworkWeights got) {
        Optional<NetworkWeights> kept = published.version(commit.getVersion());
        return new Result(
                commit.getVersion(),
                commit.getSha256(),
                got.sha256(),
                commit.getMadeBy(),
                kept.map(weights -> OptionalDouble.of(Math.max(
                                difference(weights.parameters(), got.parameters()),
                                difference(weights.buffers(), got.buffers()))))
                        .orElse(OptionalDouble.empty()));
    }

    private static double difference(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }
}
