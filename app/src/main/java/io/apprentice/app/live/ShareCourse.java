package io.apprentice.app.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Which share of answers was right, by the second in which the frames were captured. Not thread-safe. */
final class ShareCourse {
    private static final int MOST_SECONDS = 100_000;

    private record Count(long right, long all) {
        Count plus(Count other) {
            return new Count(right + other.right, all + other.all);
        }

        Optional<Double> share() {
            return all == 0 ? Optional.empty() : Optional.of((double) right / all);
        }
    }

    private static final Count NOTHING = new Count(0, 0);

    private final TreeMap<Long, Count> bySecond = new TreeMap<>();
    private Count total = NOTHING;

    /**
     * Adds an answer.
     *
     * @param second since the first captured frame; negative for a frame that was captured before it
     */
    void add(long second, boolean right) {
        Count one = new Count(right ? 1 : 0, 1);
        bySecond.merge(second, one, Count::plus);
        total = total.plus(one);
        if (bySecond.size() > MOST_SECONDS) {
            bySecond.pollFirstEntry();
        }
    }

    /** Over everything; empty where nothing was added. */
    Optional<Double> share() {
        return total.share();
    }

    /** Over the seconds {@code from} (inclusive) to {@code to} (exclusive). */
    Optional<Double> share(long from, long to) {
        return bySecond.subMap(from, Math.max(from, to)).values().stream()
                .reduce(NOTHING, Count::plus)
                .share();
    }

    /** The course up to second {@code end} in {@code parts} parts of equal length, empty parts where nothing was added. */
    List<Optional<Double>> course(long end, int parts) {
        List<Optional<Double>> course = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            course.add(share(end * i / parts, end * (i + 1) / parts));
        }
        return course;
    }
}
