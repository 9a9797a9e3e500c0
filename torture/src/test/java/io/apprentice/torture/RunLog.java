package io.apprentice.torture;

import java.util.List;
import java.util.Map;

/**
 * What a {@code read_committed} reader finds in the topics after a run, in the order of each partition. Images, weights and
 * states are left out.
 *
 * @param students every version of every student whose first part is in the topic
 * @param checkpoints likewise, every state of every trainer
 * @param removed how many tombstones each version has, by {@code student/version}
 * @param promoted decisions that brought a version into use
 * @param folds the order in which labels were folded in, one record a commit
 * @param folded per student, how many labels its newest progress record counts, those skipped included
 * @param skipped per student, how many of these it skipped
 * @param deadLetters how many records somebody could not process
 * @param ends of every partition, those of Kafka's own topics included
 * @param committed offsets of the consumer groups
 * @param openTransactions ids of transactions that are neither committed nor aborted
 */
record RunLog(
        List<Frame> frames,
        List<Pose> poses,
        List<Label> labels,
        List<Version> students,
        List<Version> checkpoints,
        Map<String, Integer> removed,
        List<Decision> promoted,
        List<Fold> folds,
        Map<String, Long> folded,
        Map<String, Long> skipped,
        long deadLetters,
        List<End> ends,
        List<Committed> committed,
        List<String> openTransactions) {

    /** Where a record lies in its topic. */
    record Place(int partition, long offset) {
        @Override
        public String toString() {
            return partition + "@" + offset;
        }
    }

    record Frame(Place at, String camera, long sequence) {}

    /**
     * An answer.
     *
     * @param frame where its frame lies
     * @param skipped whether nobody looked at the frame
     */
    record Pose(Place at, String camera, String object, Place frame, boolean skipped) {}

    /** @param frame where its frame lies */
    record Label(Place at, String camera, Place frame) {}

    /**
     * A file in parts.
     *
     * @param owner the student
     * @param number of the version, or the steps of a checkpoint
     * @param parts how many there are to be
     * @param promised the hash that its records say
     * @param found the hash of the parts as they lie in the topic, or which part was not there
     */
    record Version(String owner, long number, int parts, String promised, String found) {
        String name() {
            return owner + "/" + number;
        }
    }

    record Decision(String student, long version) {}

    /**
     * Labels that a trainer folded in for one commit.
     *
     * @param before how many were folded in before these
     */
    record Fold(String student, long before, List<Run> runs) {}

    /** Labels of one partition with offsets from {@code from} to before {@code to}, one after the other. */
    record Run(int partition, long from, long to, int labels) {}

    /** @param stable the last stable offset: what comes after it waits for an open transaction */
    record End(String topic, int partition, long stable, long end) {}

    /**
     * A group's offset in a partition.
     *
     * @param offset the next record that the group would read
     * @param last offset after the last record that is not the end of a transaction
     * @param end of the partition
     */
    record Committed(String group, String topic, int partition, long offset, long last, long end) {}
}
