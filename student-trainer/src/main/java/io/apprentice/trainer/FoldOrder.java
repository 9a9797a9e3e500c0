package io.apprentice.trainer;

import io.apprentice.pose.label.LabelReference;
import io.apprentice.schemas.FoldedRun;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.TeacherRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The order in which labels were folded in since the last commit. Not thread-safe. */
final class FoldOrder {

    private final List<FoldedRun> runs = new ArrayList<>();
    private final Set<TeacherRef> teachers = new TreeSet<>();
    private long gone;

    /** Notes a label that was learnt. */
    void learnt(TaughtLabel taught) {
        FoldedRun run = pass(taught.label().reference(), true);
        FrameRef frame = taught.frame();
        if (run.getFramesFrom() == null || frame.compareTo(run.getFramesFrom()) < 0) {
            run.setFramesFrom(frame);
        }
        if (run.getFramesTo() == null || frame.compareTo(run.getFramesTo()) > 0) {
            run.setFramesTo(frame);
        }
        teachers.add(taught.teacher());
    }

    /** Notes a label that was skipped. */
    void skipped(LabelReference label) {
        pass(label, false);
    }

    /** Notes labels for repetition that a restart did not find any more. */
    void gone(int labels) {
        gone += labels;
    }

    private FoldedRun pass(LabelReference label, boolean learnt) {
        FoldedRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
        if (last != null && last.getPartition() == label.partition() && last.getLearnt() == learnt) {
            last.setTo(label.offset() + 1);
            last.setLabels(last.getLabels() + 1);
            return last;
        }
        FoldedRun run = new FoldedRun(label.partition(), label.offset(), label.offset() + 1, 1, learnt, null, null);
        runs.add(run);
        return run;
    }

    /** In the order of the fold. */
    List<FoldedRun> runs() {
        return List.copyOf(runs);
    }

    /** Who made the labels that were learnt. */
    List<TeacherRef> teachers() {
        return List.copyOf(teachers);
    }

    /** How many labels for repetition a restart did not find any more. */
    long gone() {
        return gone;
    }

    /** Begins anew, after a commit. */
    void clear() {
        runs.clear();
        teachers.clear();
        gone = 0;
    }
}
