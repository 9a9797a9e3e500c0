package io.apprentice.trainer;

import io.apprentice.schemas.FoldedRun;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingOrder;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.streaming.kafka.RecordReader;
import io.apprentice.streaming.service.ServiceContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How the versions of one student came about, as {@code training-order} says.
 *
 * @param commits of its trainers, oldest first; each goes on where the one before ended
 */
public record Lineage(String student, List<TrainingOrder> commits) {

    /** Copies. */
    public Lineage {
        commits = List.copyOf(commits);
    }

    /**
     * Reads what the topic keeps.
     *
     * @throws IOException if it keeps nothing of the student, or a record cannot be read
     */
    public static Lineage read(ServiceContext context, String student) throws IOException {
        AvroCodec<TrainingOrder> codec = context.codecs().codec(Topic.TRAINING_ORDER, TrainingOrder.class);
        String topic = context.topics().name(Topic.TRAINING_ORDER);
        List<TrainingOrder> commits = new ArrayList<>();
        try (RecordReader reader = new RecordReader(context.kafka())) {
            for (Received record : Objects.requireNonNull(reader.readToEnd(topic)
                    .filter(r -> isOf(student, r))
                    .collectList()
                    .block())) {
                commits.add(codec.decode(record.value()));
            }
        } catch (UndecodableRecordException e) {
            throw new IOException("%s: %s".formatted(topic, e.getMessage()), e);
        }
        if (commits.isEmpty()) {
            throw new IOException("%s keeps nothing of student '%s'".formatted(topic, student));
        }
        return new Lineage(student, commits);
    }

    private static boolean isOf(String student, Received record) {
        return record.key() != null
                && record.value() != null
                && student.equals(new String(record.key(), StandardCharsets.UTF_8));
    }

    /** The newest version. */
    public long newest() {
        return commits.get(commits.size() - 1).getVersion();
    }

    /**
     * The commits that made a version of the one before it; the last one published it.
     *
     * @throws IOException if the topic no longer keeps it, or it is not there yet
     */
    public List<TrainingOrder> of(long version) throws IOException {
        int from = firstWith(version - 1);
        int published = firstWith(version);
        if (published == commits.size()) {
            throw new IOException("student '%s' version %d: training-order keeps versions %d to %d"
                    .formatted(student, version, commits.get(0).getVersion(), newest()));
        }
        return commits.subList(Math.min(from + 1, published), published + 1);
    }

    /**
     * All that a replay folds, from the start to a version.
     *
     * @throws IOException if the topic no longer keeps it all, or it is not there yet
     */
    List<TrainingOrder> upTo(long version) throws IOException {
        of(version);
        List<TrainingOrder> made = commits.subList(0, firstWith(version) + 1);
        long folded = 0;
        for (TrainingOrder commit : made) {
            if (commit.getFoldedBefore() != folded) {
                throw new IOException(
                        "student '%s': training-order has what came after label %d, then after label %d; what lies between is no longer kept"
                                .formatted(student, folded, commit.getFoldedBefore()));
            }
            folded += labels(commit);
        }
        return made;
    }

    /** Labels learnt or skipped before a commit, since the one before. */
    public static long labels(TrainingOrder commit) {
        return commit.getRuns().stream().mapToLong(FoldedRun::getLabels).sum();
    }

    private int firstWith(long version) {
        return (int) commits.stream()
                .takeWhile(commit -> commit.getVersion() != version)
                .count();
    }
}
