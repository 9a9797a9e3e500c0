package io.apprentice.torture;

import io.apprentice.torture.RunLog.Committed;
import io.apprentice.torture.RunLog.Decision;
import io.apprentice.torture.RunLog.End;
import io.apprentice.torture.RunLog.Fold;
import io.apprentice.torture.RunLog.Frame;
import io.apprentice.torture.RunLog.Label;
import io.apprentice.torture.RunLog.Place;
import io.apprentice.torture.RunLog.Pose;
import io.apprentice.torture.RunLog.Run;
import io.apprentice.torture.RunLog.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Says what in a run's topics is not as it was promised.
 *
 * @param objects each frame has one pose for each of these
 * @param stride a frame has one label if its sequence number is divisible by this, and none otherwise
 * @param partitions in so many partitions are frames
 * @param student the student that was trained while things broke
 */
record Checker(List<String> objects, int stride, int partitions, String student) {

    /**
     * What is wrong, one line each; empty if nothing is.
     *
     * @param replayed hash of each version of the student, computed from the topics afterwards, in peace
     */
    List<String> check(RunLog log, Map<Long, String> replayed) {
        List<String> wrong = new ArrayList<>(pending(log));
        wrong.addAll(damage(log, true));
        sameBits(log.students(), replayed, wrong);
        long filled = log.frames().stream()
                .map(frame -> frame.at().partition())
                .distinct()
                .count();
        if (filled != partitions) {
            wrong.add("frames are in %d partitions, expected %d".formatted(filled, partitions));
        }
        for (End end : log.ends()) {
            if (end.stable() != end.end()) {
                wrong.add("%s-%d: its end is %d, but only %d are stable"
                        .formatted(end.topic(), end.partition(), end.end(), end.stable()));
            }
        }
        for (Committed group : log.committed()) {
            if (group.offset() < group.last() || group.offset() > group.end()) {
                wrong.add("group %s has committed %d of %s-%d, expected %d to %d"
                        .formatted(
                                group.group(),
                                group.offset(),
                                group.topic(),
                                group.partition(),
                                group.last(),
                                group.end()));
            }
        }
        log.openTransactions().forEach(id -> wrong.add("transaction " + id + " is open"));
        return wrong;
    }

    /** What is wrong and stays so, however long one waits. */
    List<String> damage(RunLog log) {
        return damage(log, false);
    }

    private List<String> damage(RunLog log, boolean ended) {
        List<String> wrong = new ArrayList<>();
        frames(log.frames(), wrong);
        poses(log, wrong);
        labels(log, wrong);
        students(log, wrong);
        order(log, ended, wrong);
        if (log.deadLetters() > 0) {
            wrong.add(log.deadLetters() + " dead letters, expected none");
        }
        return wrong;
    }

    /**
     * What somebody who read along has seen, and somebody who reads from the beginning has not. Of compacted topics, whatever
     * was not removed or replaced must be there, and whole.
     */
    static List<String> stillThere(RunLog along, RunLog fresh) {
        List<String> wrong = new ArrayList<>();
        same("frames", along.frames(), fresh.frames(), wrong);
        same("poses", along.poses(), fresh.poses(), wrong);
        same("labels", along.labels(), fresh.labels(), wrong);
        for (Version version : along.students()) {
            if (!along.removed().containsKey(version.name())
                    && !fresh.students().contains(version)) {
                wrong.add("student version %s is no longer whole".formatted(version.name()));
            }
        }
        Map<String, Version> newest = newest(along.checkpoints());
        newest(fresh.checkpoints()).forEach((owner, checkpoint) -> {
            if (!checkpoint.equals(newest.get(owner))) {
                wrong.add("the last checkpoint of student %s is no longer whole".formatted(owner));
            }
        });
        return wrong;
    }

    private static <T> void same(String what, List<T> along, List<T> fresh, List<String> wrong) {
        if (!Set.copyOf(along).equals(Set.copyOf(fresh))) {
            wrong.add("%d %s were seen along the way, and not the same %d afterwards"
                    .formatted(along.size(), what, fresh.size()));
        }
    }

    private static Map<String, Version> newest(List<Version> files) {
        Map<String, Version> newest = new LinkedHashMap<>();
        files.forEach(file -> newest.put(file.owner(), file));
        return newest;
    }

    /**
     * What may still come: poses, labels, the frames that they are of, decisions, labels to be folded in, and the rest of a file,
     * since a broker that has just become the leader may know only the first part of a transaction to be stable.
     */
    List<String> pending(RunLog log) {
        List<String> missing = new ArrayList<>();
        Map<Place, Frame> frames = byPlace(log.frames());
        for (Pose pose : log.poses()) {
            if (!frames.containsKey(pose.frame())) {
                missing.add("pose %s is of frame %s, which is not there".formatted(pose.at(), pose.frame()));
            }
        }
        for (Label label : log.labels()) {
            if (!frames.containsKey(label.frame())) {
                missing.add("label %s is of frame %s, which is not there".formatted(label.at(), label.frame()));
            }
        }
        Set<Decision> decisions = Set.copyOf(log.promoted());
        for (Version version : log.students()) {
            if (version.number() > 0 && !decisions.contains(new Decision(version.owner(), version.number()))) {
                missing.add("student version %s has no decision".formatted(version.name()));
            }
            int removed = log.removed().getOrDefault(version.name(), 0);
            if (removed != 0 && removed != version.parts()) {
                missing.add("student version %s: %d of %d parts are removed"
                        .formatted(version.name(), removed, version.parts()));
            }
        }
        Map<String, Set<Place>> answered = new HashMap<>();
        log.poses()
                .forEach(pose -> answered.computeIfAbsent(pose.object(), o -> new HashSet<>())
                        .add(pose.frame()));
        Set<Place> labelled = new HashSet<>();
        log.labels().forEach(label -> labelled.add(label.frame()));
        for (Frame frame : log.frames()) {
            for (String object : objects) {
                if (!answered.getOrDefault(object, Set.of()).contains(frame.at())) {
                    missing.add("frame %s has no pose of %s".formatted(name(frame), object));
                }
            }
            if (isDue(frame) && !labelled.contains(frame.at())) {
                missing.add("frame %s has no label".formatted(name(frame)));
            }
        }
        if (!log.students().isEmpty()) {
            whole(log.students().get(log.students().size() - 1), "student version", log.removed(), missing);
        }
        newest(log.checkpoints()).values().forEach(checkpoint -> whole(checkpoint, "checkpoint", Map.of(), missing));
        long folded = log.folded().getOrDefault(student, 0L);
        if (folded != log.labels().size()) {
            missing.add("student %s has folded %d of %d labels"
                    .formatted(student, folded, log.labels().size()));
        }
        return missing;
    }

    /** What the trainer says it has folded in, and in which order: each label once, those of a partition in order. */
    private void order(RunLog log, boolean ended, List<String> wrong) {
        Map<Integer, NavigableSet<Long>> left = new TreeMap<>();
        log.labels()
                .forEach(label -> left.computeIfAbsent(label.at().partition(), p -> new TreeSet<>())
                        .add(label.at().offset()));
        Map<String, Long> folded = new HashMap<>();
        for (Fold fold : log.folds()) {
            long before = folded.getOrDefault(fold.student(), 0L);
            if (fold.before() != before) {
                wrong.add("student %s folds in %s after %d labels, where %d were expected"
                        .formatted(fold.student(), fold.runs(), fold.before(), before));
            }
            folded.put(
                    fold.student(),
                    fold.before() + fold.runs().stream().mapToLong(Run::labels).sum());
            for (Run run : fold.runs()) {
                SortedSet<Long> next =
                        left.getOrDefault(run.partition(), new TreeSet<>()).headSet(run.to());
                boolean passedOver = !next.isEmpty() && next.first() < run.from();
                if (passedOver || next.size() > run.labels() || ended && next.size() < run.labels()) {
                    wrong.add("student %s folds in %s, there are %s".formatted(fold.student(), run, next));
                }
                next.clear();
            }
        }
        left.forEach((partition, offsets) -> {
            if (ended && !offsets.isEmpty()) {
                wrong.add("student %s has no order of labels %d@%s".formatted(student, partition, offsets));
            }
        });
    }

    private static void whole(Version file, String what, Map<String, Integer> removed, List<String> wrong) {
        if (!removed.containsKey(file.name()) && !file.promised().equals(file.found())) {
            wrong.add(
                    "%s %s: expected sha256 %s, found %s".formatted(what, file.name(), file.promised(), file.found()));
        }
    }

    private boolean isDue(Frame frame) {
        return frame.sequence() % stride == 0;
    }

    private static String name(Frame frame) {
        return "%s (%s, sequence %d)".formatted(frame.at(), frame.camera(), frame.sequence());
    }

    /** A camera that starts again counts from 0; otherwise its numbers rise. */
    private static void frames(List<Frame> frames, List<String> wrong) {
        Map<String, Frame> newest = new HashMap<>();
        for (Frame frame : frames) {
            Frame before = newest.put(frame.camera(), frame);
            if (before == null) {
                continue;
            }
            if (before.at().partition() != frame.at().partition()) {
                wrong.add("frame %s is not in the partition of %s".formatted(name(frame), name(before)));
            } else if (frame.sequence() != 0 && frame.sequence() <= before.sequence()) {
                wrong.add("frame %s comes after %s".formatted(name(frame), name(before)));
            }
        }
    }

    private void poses(RunLog log, List<String> wrong) {
        Map<Place, Frame> frames = byPlace(log.frames());
        Map<String, List<Pose>> byObject = new TreeMap<>();
        log.poses().stream()
                .filter(Pose::skipped)
                .forEach(pose -> wrong.add("pose %s of frame %s is SKIPPED".formatted(pose.at(), pose.frame())));
        log.poses()
                .forEach(pose -> byObject.computeIfAbsent(pose.object(), o -> new ArrayList<>())
                        .add(pose));
        byObject.forEach((object, poses) -> {
            if (!objects.contains(object)) {
                wrong.add("%d poses of %s, which nobody asked for".formatted(poses.size(), object));
            }
            answers("pose of " + object, poses, Pose::at, Pose::camera, Pose::frame, frames, wrong);
        });
    }

    private void labels(RunLog log, List<String> wrong) {
        Map<Place, Frame> frames = byPlace(log.frames());
        answers("label", log.labels(), Label::at, Label::camera, Label::frame, frames, wrong);
        for (Label label : log.labels()) {
            Frame frame = frames.get(label.frame());
            if (frame != null && !isDue(frame)) {
                wrong.add("frame %s has a label, which was not due".formatted(name(frame)));
            }
        }
    }

    /** Answers to frames: each once, in the frame's partition, in the frames' order. */
    private static <T> void answers(
            String what,
            List<T> answers,
            Function<T, Place> at,
            Function<T, String> camera,
            Function<T, Place> frame,
            Map<Place, Frame> frames,
            List<String> wrong) {
        Map<Place, Place> first = new HashMap<>();
        Map<String, Place> newest = new HashMap<>();
        for (T answer : answers) {
            Place of = frame.apply(answer);
            Frame asked = frames.get(of);
            if (asked == null) {
                continue; // it may still be on its way to the reader
            }
            String name = "%s %s of frame %s".formatted(what, at.apply(answer), name(asked));
            if (!asked.camera().equals(camera.apply(answer))) {
                wrong.add("%s is of camera %s".formatted(name, camera.apply(answer)));
            }
            if (at.apply(answer).partition() != of.partition()) {
                wrong.add(name + " is in another partition");
            }
            Place earlier = first.putIfAbsent(of, at.apply(answer));
            if (earlier != null) {
                wrong.add("%s comes again, it was at %s".formatted(name, earlier));
                continue;
            }
            Place before = newest.put(asked.camera(), of);
            if (before != null && before.offset() > of.offset()) {
                wrong.add("%s comes after that of %s".formatted(name, before));
            }
        }
    }

    private static Map<Place, Frame> byPlace(List<Frame> frames) {
        Map<Place, Frame> byPlace = new HashMap<>();
        frames.forEach(frame -> byPlace.put(frame.at(), frame));
        return byPlace;
    }

    /** Each version once, whole, and in order; but for the start, with one decision. */
    private void students(RunLog log, List<String> wrong) {
        log.skipped().forEach((student, skipped) -> {
            if (skipped > 0) {
                wrong.add("student %s has skipped %d labels".formatted(student, skipped));
            }
        });
        Set<Decision> decided = new HashSet<>();
        for (Decision decision : log.promoted()) {
            if (!decided.add(decision)) {
                wrong.add("student version %s/%d was decided twice".formatted(decision.student(), decision.version()));
            }
        }
        Map<String, Long> newest = new HashMap<>();
        int last = log.students().size() - 1;
        for (Version version : log.students().subList(0, Math.max(0, last))) {
            whole(version, "student version", log.removed(), wrong);
        }
        for (Version version : log.students()) {
            long expected = newest.getOrDefault(version.owner(), -1L) + 1;
            if (version.number() != expected) {
                wrong.add("student version %s comes where %d was expected".formatted(version.name(), expected));
            }
            newest.put(version.owner(), version.number());
        }
    }

    private void sameBits(List<Version> students, Map<Long, String> replayed, List<String> wrong) {
        Map<Long, String> tortured = new TreeMap<>();
        students.stream()
                .filter(version -> version.owner().equals(student))
                .forEach(version -> tortured.put(version.number(), version.found()));
        if (!tortured.keySet().equals(replayed.keySet())) {
            wrong.add("student %s has versions %s, its replay has %s"
                    .formatted(student, tortured.keySet(), new TreeSet<>(replayed.keySet())));
        }
        tortured.forEach((version, hash) -> {
            String other = replayed.get(version);
            if (other != null && !other.equals(hash)) {
                wrong.add("student version %s/%d has sha256 %s, its replay has %s"
                        .formatted(student, version, hash, other));
            }
        });
    }
}
