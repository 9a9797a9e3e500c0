package io.apprentice.app.live;

import io.apprentice.lab.evaluation.Evaluation;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingProgress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Counts and scores what passes through the topics. Records may arrive in any order across topics: answers about a
 * frame that has not been read yet wait for it. Bounded memory: truths are kept for the newest frames only, and answers
 * about older ones are counted but not scored. Time is when a frame reached us, for a camera's own clock may be wrong.
 * Thread-safe.
 */
final class Scoreboard {
    private static final int WINDOW_SECONDS = 30;
    private static final int COURSE_PARTS = 40;
    private static final int KEPT_FRAMES = 50_000;
    private static final int MOST_WAITING = 100;
    private static final int MOST_CAMERAS = 1_000;
    private static final int MOST_VERSIONS = 100_000;
    private static final long RECENT_MICROS = 5_000_000;

    /** Decides whether an estimated pose is within 0.1 diameter of the true one. */
    @FunctionalInterface
    interface Accuracy {
        boolean within(String objectId, Pose estimate, Pose truth);
    }

    /** A remembered frame: its truth once that is read, until then the answers that wait for it. */
    private static final class Seen {
        private long arrived;
        private List<GroundTruth> truth;
        private final List<Consumer<Seen>> waiting = new ArrayList<>(1);

        void read(long arrivedMicros, List<GroundTruth> trueObjects) {
            arrived = arrivedMicros;
            truth = trueObjects;
            waiting.forEach(action -> action.accept(this));
            waiting.clear();
        }

        void whenRead(Consumer<Seen> action) {
            if (truth == null) {
                if (waiting.size() < MOST_WAITING) {
                    waiting.add(action);
                }
            } else {
                action.accept(this);
            }
        }
    }

    private static final class Camera {
        private long frames;
        private long labelled;
        private long poses;
        private final RateMeter frameRate = new RateMeter();
        private final RateMeter poseRate = new RateMeter();
    }

    private final Accuracy accuracy;
    private final Map<String, Camera> cameras = new TreeMap<>();
    private final LinkedHashMap<FrameRef, Seen> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<FrameRef, Seen> eldest) {
            return size() > KEPT_FRAMES;
        }
    };
    private final ShareCourse students = new ShareCourse();
    private final ShareCourse teachers = new ShareCourse();
    private final Histogram latency = new Histogram();
    private Histogram recent = new Histogram();
    private Histogram beforeRecent = new Histogram();
    private long recentSince;

    private long firstArrival = Long.MAX_VALUE;
    private long lastArrival = Long.MIN_VALUE;
    private long firstAnswer;
    private long lastAnswer;
    private long frames;
    private long labelled;
    private Optional<TeacherRef> teacher = Optional.empty();
    private long poses;
    private long lost;
    private long skipped;
    private long deadLetters;
    private long versionInUse = -1;
    private final Set<Long> versionsUsed = new TreeSet<>();
    private final Set<Long> versionsPublished = new TreeSet<>();
    private long withheld;
    private long rollbacks;
    private Optional<TrainingEvent> lastEvent = Optional.empty();
    private Optional<TrainingProgress> progress = Optional.empty();

    Scoreboard(Accuracy accuracy) {
        this.accuracy = accuracy;
    }

    /** A frame that came at {@code arrivedMicros} was read at {@code nowMicros} from the place {@code ref}. */
    synchronized void frame(FrameRef ref, Frame frame, long arrivedMicros, long nowMicros) {
        frames++;
        Camera camera = camera(frame.getCameraId());
        camera.frames++;
        camera.frameRate.add(nowMicros);
        firstArrival = Math.min(firstArrival, arrivedMicros);
        lastArrival = Math.max(lastArrival, arrivedMicros);
        entry(ref)
                .read(
                        arrivedMicros,
                        frame.getGroundTruth().stream()
                                .filter(t -> t.getVisibleFraction() >= Evaluation.LEAST_VISIBLE_FRACTION)
                                .toList());
    }

    /** A pose was read, committed, at {@code nowMicros}, of a frame that came at {@code arrivedMicros}. */
    synchronized void pose(PoseEstimate pose, long arrivedMicros, long nowMicros) {
        poses++;
        Camera camera = camera(pose.getCameraId());
        camera.poses++;
        measureLatency(nowMicros - arrivedMicros, nowMicros);
        switch (pose.getStatus()) {
            case LOST -> lost++;
            case SKIPPED -> skipped++;
            case ESTIMATED -> {}
        }
        if (pose.getStatus() != PoseStatus.SKIPPED) {
            camera.poseRate.add(nowMicros);
            firstAnswer = firstAnswer == 0 ? nowMicros : firstAnswer;
            lastAnswer = nowMicros;
            versionInUse = pose.getStudent().getVersion();
            add(versionsUsed, versionInUse);
        }
        String id = pose.getObjectId();
        Pose estimate = pose.getObjectToCamera();
        entry(pose.getFrameRef()).whenRead(frame -> score(students, frame, id, estimate));
    }

    /** A teacher's label of a frame was read. */
    synchronized void label(LocalPredictions label) {
        labelled++;
        teacher = Optional.of(label.getTeacher());
        camera(label.getCameraId()).labelled++;
        Seen entry = entry(label.getFrameRef());
        for (ObjectPredictions object : label.getObjects()) {
            String id = object.getObjectId();
            Pose estimate = object.getObjectToCamera();
            entry.whenRead(frame -> score(teachers, frame, id, estimate));
        }
    }

    synchronized void progress(TrainingProgress report) {
        progress = Optional.of(report);
    }

    /** Something was decided in training. */
    synchronized void event(TrainingEvent event) {
        lastEvent = Optional.of(event);
        switch (event.getKind()) {
            case WITHHELD -> withheld++;
            case ROLLED_BACK -> rollbacks++;
            case PROMOTED, STRIDE, DRIFT, DIRECTED, REFUSED, UNKNOWN -> {}
        }
    }

    /** A version of the student appeared; version 0 is the one that training started from. */
    synchronized void published(long version) {
        if (version > 0) {
            add(versionsPublished, version);
        }
    }

    private static void add(Set<Long> versions, long version) {
        if (versions.size() < MOST_VERSIONS) {
            versions.add(version);
        }
    }

    synchronized void deadLetter() {
        deadLetters++;
    }

    /** The figures at {@code nowMicros}. */
    synchronized Figures figures(long nowMicros) {
        double seconds = frames == 0 ? 0 : (lastArrival - firstArrival) / 1e6;
        double answering = (lastAnswer - firstAnswer) / 1e6;
        Histogram lately = new Histogram();
        if (nowMicros - recentSince <= 2 * RECENT_MICROS) {
            lately.addAll(recent);
            lately.addAll(beforeRecent);
        }
        return new Figures(
                cameras.entrySet().stream()
                        .map(e -> new Figures.CameraFigures(
                                e.getKey(),
                                e.getValue().frames,
                                e.getValue().frameRate.perSecond(nowMicros),
                                e.getValue().labelled,
                                e.getValue().poses,
                                e.getValue().poseRate.perSecond(nowMicros)))
                        .toList(),
                frames,
                labelled,
                teacher.map(t -> "%s v%d".formatted(t.getId(), t.getVersion())),
                seconds,
                seconds == 0 ? 0 : (frames - cameras.size()) / seconds,
                progress.map(p -> new Figures.TrainingFigures(
                        p.getSteps(), p.getLabels(), p.getSkipped(), p.getReplaySize(), p.getVersion(), p.getLosses())),
                new Figures.DecisionFigures(
                        withheld,
                        rollbacks,
                        lastEvent.map(e -> new Figures.Decision(e.getKind().name(), e.getVersion(), e.getReason()))),
                versionsPublished.size(),
                versionInUse,
                versionsUsed.size(),
                poses,
                lost,
                skipped,
                answering == 0 ? 0 : (poses - skipped - 1) / answering,
                deadLetters,
                course(),
                Figures.Latency.of(latency),
                Figures.Latency.of(lately));
    }

    private Figures.Course course() {
        long end = frames == 0 ? 0 : second(lastArrival) + 1;
        return new Figures.Course(
                students.share(0, WINDOW_SECONDS),
                students.share(end - WINDOW_SECONDS, end),
                teachers.share(),
                teachers.share(end - WINDOW_SECONDS, end),
                students.course(end, COURSE_PARTS),
                teachers.course(end, COURSE_PARTS));
    }

    private void score(ShareCourse course, Seen frame, String id, Pose estimate) {
        for (GroundTruth t : frame.truth) {
            if (t.getObjectId().equals(id)) {
                boolean right = estimate != null && accuracy.within(id, estimate, t.getObjectToCamera());
                course.add(second(frame.arrived), right);
                return;
            }
        }
    }

    private void measureLatency(long micros, long nowMicros) {
        if (nowMicros - recentSince > RECENT_MICROS) {
            beforeRecent = nowMicros - recentSince > 2 * RECENT_MICROS ? new Histogram() : recent;
            recent = new Histogram();
            recentSince = nowMicros;
        }
        recent.add(micros);
        latency.add(micros);
    }

    private long second(long arrivedMicros) {
        return Math.floorDiv(arrivedMicros - firstArrival, 1_000_000L);
    }

    /** Those of further cameras count in the sums only. */
    private Camera camera(String id) {
        if (cameras.size() >= MOST_CAMERAS && !cameras.containsKey(id)) {
            return new Camera();
        }
        return cameras.computeIfAbsent(id, i -> new Camera());
    }

    private Seen entry(FrameRef ref) {
        return seen.computeIfAbsent(ref, r -> new Seen());
    }
}
