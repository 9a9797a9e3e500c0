package io.apprentice.lab.experiment;

import io.apprentice.learning.guard.GuardSettings;
import io.apprentice.learning.guard.Review;
import io.apprentice.learning.online.CameraWatch;
import io.apprentice.learning.online.DriftSettings;
import io.apprentice.learning.online.Finding;
import io.apprentice.learning.online.GuardedTraining;
import io.apprentice.learning.online.GuardedTrainingSettings;
import io.apprentice.learning.online.OnlineTrainingSettings;
import io.apprentice.learning.online.Rehearsal;
import io.apprentice.learning.online.StrideSettings;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Query;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.Precision;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.object.ObjectModel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * One student's way along the stream. The version in use answers each frame first; only then is the frame's label
 * learnt from. So the answers that are scored in the first pass come from students that have not learnt from that
 * frame.
 */
final class StudentTrial {
    /** Where the student directs the teacher, it labels this many times less often from the start. */
    private static final int ADAPTIVE = 2;
    /** A student has caught up once it has this share of the teacher's right answers. */
    private static final double CAUGHT_UP = 0.95;
    /** After a shift, a student has recovered once it has this share of the right answers that it had before. */
    private static final double RECOVERED = 0.9;

    private static final int MAX_NON_FINITE_STEPS = 10;
    /** Both shares are taken over this many scored frames. */
    private static final int WINDOW = 60;

    private final Footage footage;
    private final TeacherAnswers teacher;
    private final Schedule schedule;
    private final Mode mode;
    private final Precision precision = TorchRuntime.fastestPrecision();
    private final CameraIntrinsics camera;

    private final Map<String, Parts> phases = new LinkedHashMap<>();
    private final List<Bin> bins = new ArrayList<>();
    private final Deque<int[]> window = new ArrayDeque<>();
    private int windowStudent;
    private int windowTeacher;
    private boolean shifted;
    private int teacherCalls;
    private int versions;
    private final List<String> withheld = new ArrayList<>();
    private Optional<Reached> caughtUp = Optional.empty();
    private Optional<Reached> recovered = Optional.empty();
    private double lowestAfterShift = Double.NaN;
    private Scores beforeShift = Scores.NONE;

    StudentTrial(Footage footage, TeacherAnswers teacher, Schedule schedule, Mode mode) {
        this.footage = footage;
        this.teacher = teacher;
        this.schedule = schedule;
        this.mode = mode;
        camera = footage.camera();
        schedule.phases().forEach(phase -> phases.put(phase.name(), new Parts()));
    }

    /** Answers to frames that training may have seen, and to those that it has not. */
    static final class Parts {
        Scores seen = Scores.NONE;
        Scores held = Scores.NONE;
        Scores teacherSeen = Scores.NONE;
        Scores teacherHeld = Scores.NONE;

        void add(boolean isHeld, Scores student, Scores teacher) {
            if (isHeld) {
                held = held.plus(student);
                teacherHeld = teacherHeld.plus(teacher);
            } else {
                seen = seen.plus(student);
                teacherSeen = teacherSeen.plus(teacher);
            }
        }
    }

    /** A point of the curves. */
    record Bin(double seconds, long steps, int teacherCalls, Scores student, Scores teacher) {}

    /** When something was reached; seconds of the stream, from its start or from the shift. */
    record Reached(double seconds, long steps, int teacherCalls) {}

    /**
     * The result of a trial.
     *
     * @param versions that came into use
     * @param withheld why the guard withheld the others, one reason each
     * @param last the last version
     */
    record Outcome(
            Map<String, Parts> phases,
            List<Bin> bins,
            long steps,
            int teacherCalls,
            int versions,
            List<String> withheld,
            double minutes,
            Optional<Reached> caughtUp,
            Optional<Reached> recovered,
            double lowestAfterShift,
            NetworkWeights last) {}

    /**
     * Shows the stream.
     *
     * @param start the student that it starts with
     * @param progress receives the number of frames of the stream done so far
     */
    Outcome run(NetworkWeights start, long seed, IntConsumer progress) throws IOException {
        long began = System.nanoTime();
        int shows = schedule.passes() + (schedule.closing() ? 1 : 0);
        NetworkWeights inUse = start;
        PoseEstimator estimator = estimator(inUse);
        GuardedTraining training =
                mode.learns() ? new GuardedTraining(start, List.of(footage.object()), settings(seed), precision) : null;
        CameraWatch watch = new CameraWatch(footage.id(), strides(), DriftSettings.DEFAULT);
        try {
            int stride = schedule.stride();
            int next = 0;
            int at = 0;
            for (int show = 0; show < shows; show++) {
                boolean closing = show >= schedule.passes();
                if (closing && training != null) {
                    inUse = training.weights();
                    estimator.close();
                    estimator = estimator(inUse);
                }
                Optional<Se3> last = Optional.empty();
                try (Footage.Reel reel = footage.open()) {
                    for (int frame = 0; frame < footage.frames(); frame++, at++) {
                        RgbImage image = reel.next();
                        last = answer(estimator, image, last);
                        score(at, frame, last, training == null ? 0 : training.steps());
                        boolean due = at >= next
                                && !closing
                                && !schedule.held(frame, footage.framesPerSecond())
                                && !(mode.is(Mode.Variant.UNTIL_SHIFT)
                                        && at >= schedule.shift().orElse(Integer.MAX_VALUE));
                        if (training != null && due) {
                            teacherCalls++;
                            Label label =
                                    new Label(new LabelReference(0, at), image, camera, List.of(teacher.get(frame)));
                            for (Finding finding : training.add(label, watch).findings()) {
                                stride = finding.stride() > 0 ? finding.stride() : stride;
                            }
                            if (comesIntoUse(training.decide())) {
                                inUse = training.weights();
                                estimator.close();
                                estimator = estimator(inUse);
                                versions++;
                            }
                        }
                        if (at >= next) {
                            next = at + stride;
                        }
                        progress.accept(at + 1);
                    }
                }
            }
            return new Outcome(
                    phases,
                    bins,
                    training == null ? 0 : training.steps(),
                    teacherCalls,
                    versions,
                    withheld,
                    (System.nanoTime() - began) / 60e9,
                    caughtUp,
                    recovered,
                    lowestAfterShift,
                    inUse);
        } finally {
            estimator.close();
            if (training != null) {
                training.close();
            }
        }
    }

    private boolean comesIntoUse(Optional<Review> review) {
        review.filter(r -> r.verdict() == Review.Verdict.WITHHELD).ifPresent(r -> withheld.add(r.reason()));
        return review.isPresent() && review.get().verdict() != Review.Verdict.WITHHELD;
    }

    private PoseEstimator estimator(NetworkWeights weights) {
        return new PoseEstimator(weights, List.of(footage.object()), precision);
    }

    private GuardedTrainingSettings settings(long seed) {
        boolean adaptive = mode.is(Mode.Variant.ADAPTIVE);
        boolean guarded = schedule.guarded() || adaptive || mode.is(Mode.Variant.GUARDED);
        double steps = schedule.stepsPerLabel() * (adaptive ? (double) StrideSettings.USUAL / schedule.stride() : 1);
        return new GuardedTrainingSettings(
                OnlineTrainingSettings.DEFAULTS
                        .withSeed(seed)
                        .withStepsPerLabel(steps)
                        .withAlignment(mode.alignment().orElseThrow())
                        .withGuard(guarded ? GuardSettings.DEFAULT : GuardSettings.OFF),
                Rehearsal.NONE,
                schedule.publishEvery(),
                0,
                MAX_NON_FINITE_STEPS);
    }

    private StrideSettings strides() {
        boolean adaptive = mode.is(Mode.Variant.ADAPTIVE);
        StrideSettings s = StrideSettings.DEFAULT;
        int least = schedule.stride() * (adaptive ? ADAPTIVE : 1);
        return new StrideSettings(adaptive, least, Math.max(s.max(), least), s.near(), s.far(), s.patience());
    }

    private Optional<Se3> answer(PoseEstimator estimator, RgbImage image, Optional<Se3> last) {
        Query query = new Query(image, camera, footage.object().id(), Optional.empty(), last);
        return estimator
                .estimate(List.of(query))
                .get(0)
                .pose()
                .map(pose -> estimator.steady(query, pose).objectToCamera());
    }

    private void score(int at, int frame, Optional<Se3> answer, long steps) {
        Optional<PoseMatrix> truth = footage.truth(frame);
        if (truth.isEmpty()) {
            return;
        }
        ObjectModel object = footage.object();
        Scores student = Scores.of(object, camera, answer, truth.get());
        Scores taught = Scores.of(object, camera, teacher.get(frame).objectToCamera(), truth.get());
        boolean held = schedule.held(frame, footage.framesPerSecond());
        for (Schedule.Phase phase : schedule.phases()) {
            if (phase.has(at)) {
                phases.get(phase.name()).add(held, student, taught);
            }
        }
        double seconds = at / footage.framesPerSecond();
        bin(at, steps, student, taught);
        if (!shifted && at >= schedule.shift().orElse(Integer.MAX_VALUE)) {
            shifted = true;
            window.clear();
            windowStudent = 0;
            windowTeacher = 0;
        }
        window(student, taught);
        Reached now = new Reached(seconds, steps, teacherCalls);
        boolean full = window.size() == WINDOW;
        if (full && windowTeacher > 0 && windowStudent >= CAUGHT_UP * windowTeacher && caughtUp.isEmpty()) {
            caughtUp = Optional.of(now);
        }
        if (schedule.shift().isEmpty()) {
            return;
        }
        if (!shifted && schedule.phases().get(0).has(at)) {
            beforeShift = beforeShift.plus(student);
        } else if (shifted && full) {
            double share = (double) windowStudent / WINDOW;
            if (!(share >= lowestAfterShift)) {
                lowestAfterShift = share;
            }
            if (recovered.isEmpty() && share >= RECOVERED * beforeShift.share(beforeShift.tenth())) {
                double since = (at - schedule.shift().getAsInt()) / footage.framesPerSecond();
                recovered = Optional.of(new Reached(since, steps, teacherCalls));
            }
        }
    }

    private void bin(int at, long steps, Scores student, Scores taught) {
        double start = (at - at % schedule.binFrames()) / footage.framesPerSecond();
        Bin old = bins.isEmpty() || bins.get(bins.size() - 1).seconds() != start
                ? new Bin(start, 0, 0, Scores.NONE, Scores.NONE)
                : bins.remove(bins.size() - 1);
        bins.add(new Bin(
                start,
                steps,
                teacherCalls,
                old.student().plus(student),
                old.teacher().plus(taught)));
    }

    private void window(Scores student, Scores taught) {
        window.add(new int[] {student.tenth(), taught.tenth()});
        windowStudent += student.tenth();
        windowTeacher += taught.tenth();
        if (window.size() > WINDOW) {
            int[] oldest = window.remove();
            windowStudent -= oldest[0];
            windowTeacher -= oldest[1];
        }
    }
}
