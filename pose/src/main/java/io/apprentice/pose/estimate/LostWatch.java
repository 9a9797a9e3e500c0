package io.apprentice.pose.estimate;

import io.apprentice.pose.estimate.Estimate.Searched;
import io.apprentice.pose.geometry.CameraIntrinsics;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Notices objects that a camera has not found for long, and says why, each reason once. Thread-safe. */
public final class LostWatch {

    private static final long LONG_MILLIS = 10_000;
    private static final int MOST = 4096;

    private record Key(String camera, String object) {}

    /**
     * An object that has been lost for long.
     *
     * @param sinceMillis when the first frame without it arrived
     * @param best what the best of the searches of some seconds showed
     * @param advice what was tried and what helps, a line each
     */
    public record Lost(String camera, String object, long sinceMillis, Searched best, List<String> advice) {

        /** Copies. */
        public Lost {
            advice = List.copyOf(advice);
        }

        /** A few words for a person. */
        public String text() {
            return WhyLost.of(best).looks(best);
        }
    }

    private static final class Course {
        private Optional<Long> since = Optional.empty();
        private long begin;
        private Optional<Searched> best = Optional.empty();
        private final Set<WhyLost> said = EnumSet.noneOf(WhyLost.class);
        private Optional<Lost> lost = Optional.empty();
    }

    private final Map<Key, Course> courses = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Course> eldest) {
            return size() > MOST;
        }
    };

    /**
     * Takes the newest answer for an object.
     *
     * @param arrivalMillis when the frame reached us, milliseconds since any moment
     * @param by who answered
     * @return what to say, if there is something new
     */
    public synchronized Optional<String> saw(
            String camera, long arrivalMillis, CameraIntrinsics intrinsics, PoseEstimator by, Estimate estimate) {
        Course course = courses.computeIfAbsent(new Key(camera, estimate.objectId()), key -> new Course());
        if (estimate.pose().isPresent()) {
            course.since = Optional.empty();
            course.lost = Optional.empty();
            return Optional.empty();
        }
        if (course.since.isEmpty()) {
            course.since = Optional.of(arrivalMillis);
            course.begin = arrivalMillis;
            course.best = Optional.empty();
        }
        estimate.searched().ifPresent(searched -> course.best = Optional.of(better(course.best, searched)));
        if (arrivalMillis - course.begin < LONG_MILLIS || course.best.isEmpty()) {
            return Optional.empty();
        }
        Lost lost = new Lost(
                camera,
                estimate.objectId(),
                course.since.get(),
                course.best.get(),
                by.advice(estimate.objectId(), intrinsics));
        course.lost = Optional.of(lost);
        course.begin = arrivalMillis;
        course.best = Optional.empty();
        if (!course.said.add(WhyLost.of(lost.best()))) {
            return Optional.empty();
        }
        return Optional.of("%s has not been found by camera %s for %d s: %s; %s"
                .formatted(
                        lost.object(),
                        camera,
                        (arrivalMillis - lost.sinceMillis()) / 1000,
                        lost.text(),
                        String.join("; ", lost.advice())));
    }

    private static Searched better(Optional<Searched> best, Searched next) {
        return best.map(b -> new Searched(
                        Math.max(b.cell(), next.cell()),
                        Math.max(b.held(), next.held()),
                        next.expected(),
                        next.micros(),
                        next.windows()))
                .orElse(next);
    }

    /** The same in words: "cube by camera desk" to what it looks like. */
    public Map<String, String> notes() {
        Map<String, String> notes = new TreeMap<>();
        lost().forEach(lost -> notes.put("%s not found by %s".formatted(lost.object(), lost.camera()), lost.text()));
        return notes;
    }

    /** An object, if a camera has lost it for long now. */
    public synchronized Optional<Lost> lost(String camera, String object) {
        return Optional.ofNullable(courses.get(new Key(camera, object))).flatMap(course -> course.lost);
    }

    /** The objects that are lost for long now. */
    public synchronized List<Lost> lost() {
        List<Lost> lost = new ArrayList<>();
        courses.values().forEach(course -> course.lost.ifPresent(lost::add));
        return lost;
    }
}
