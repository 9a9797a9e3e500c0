package io.apprentice.benchmarks.pipeline;

import io.apprentice.schemas.ConsumerGroups;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Topic;
import io.apprentice.streaming.kafka.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * When each frame of one run, of one camera and one object, was where. Both topics have one partition, so the n-th frame
 * that is sent is the n-th of the log, and likewise its pose.
 */
final class Waterfall {
    private static final String[] STEPS = {
        "sent",
        "in the log",
        "fetched",
        "its turn",
        "decoded",
        "cropped",
        "network",
        "solved",
        "pose written",
        "pose in the log",
        "committed and read",
    };

    private final Topics topics;
    private final Map<Long, Long> frameSent = new ConcurrentHashMap<>();
    private final Map<Long, Long> frameInLog = new ConcurrentHashMap<>();
    private final Map<Long, Long> frameFetched = new ConcurrentHashMap<>();
    private final Map<Long, Long> poseSent = new ConcurrentHashMap<>();
    private final Map<Long, Long> poseInLog = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();

    /** A pose, its offset, and when a reader had it. */
    private record Answer(PoseEstimate pose, long offset, long read) {}

    Waterfall(Topics topics) {
        this.topics = topics;
    }

    String topic(Topic topic) {
        return topics.name(topic);
    }

    String inferenceGroup() {
        return ConsumerGroups.inference(topics.settings().prefix());
    }

    void frameSent() {
        frameSent.put((long) frameSent.size(), now());
    }

    void frameInLog(long offset) {
        frameInLog.put(offset, now());
    }

    void frameFetched(long offset) {
        frameFetched.putIfAbsent(offset, now());
    }

    void poseSent() {
        poseSent.put((long) poseSent.size(), now());
    }

    void poseInLog(long offset) {
        poseInLog.put(offset, now());
    }

    void read(PoseEstimate pose, long offset, long micros) {
        answers.add(new Answer(pose, offset, micros));
    }

    /** Microseconds since 1970. */
    static long now() {
        return micros(Instant.now());
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    int framesInLog() {
        return frameInLog.size();
    }

    int answers() {
        return answers.size();
    }

    /** Poses read per second, from the given one to the last. */
    double rate(int first) {
        List<Answer> all = List.copyOf(answers);
        return 1e6 * (all.size() - 1 - first) / (all.get(all.size() - 1).read - all.get(first).read);
    }

    /** Milliseconds from capture to a reader, sorted, of frames that were captured from a time on and not skipped. */
    double[] latencies(long from) {
        return answers.stream()
                .filter(a -> counts(a, from))
                .mapToDouble(a -> (a.read - micros(a.pose.getCapturedAt())) / 1e3)
                .sorted()
                .toArray();
    }

    private static boolean counts(Answer answer, long from) {
        return micros(answer.pose.getCapturedAt()) >= from && answer.pose.getStatus() != PoseStatus.SKIPPED;
    }

    /** Prints what happened to the frames that were captured from a time on. */
    void print(long from) {
        List<Answer> all = List.copyOf(answers);
        List<long[]> ways = new ArrayList<>();
        long skipped = 0;
        long unknown = 0;
        for (int i = 0; i < all.size(); i++) {
            if (counts(all.get(i), from)) {
                long[] way = way(all.get(i), i);
                if (way.length == 0) {
                    unknown++;
                } else {
                    ways.add(way);
                }
            } else if (all.get(i).pose.getStatus() == PoseStatus.SKIPPED) {
                skipped++;
            }
        }
        System.out.printf(
                "%d frames in the log, %d answers read, %d of them skipped and %d lost; below: %d after the warm-up%s%n",
                framesInLog(),
                all.size(),
                skipped,
                all.stream().filter(a -> a.pose.getStatus() == PoseStatus.LOST).count(),
                ways.size(),
                unknown == 0 ? "" : ", and not %d that some client did not show".formatted(unknown));
        if (all.size() != poseSent.size()) {
            System.out.printf("poses were written %d times: 'pose written' is not reliable%n", poseSent.size());
        }
        System.out.printf("%-20s %10s %10s %12s %12s%n", "ms", "step p50", "step p99", "captured p50", "captured p99");
        for (int s = 0; s < STEPS.length && !ways.isEmpty(); s++) {
            int step = s;
            double[] took = ways.stream()
                    .mapToDouble(way -> (way[step + 1] - way[step]) / 1e3)
                    .sorted()
                    .toArray();
            double[] since = ways.stream()
                    .mapToDouble(way -> (way[step + 1] - way[0]) / 1e3)
                    .sorted()
                    .toArray();
            System.out.printf(
                    "%-20s %10.1f %10.1f %12.1f %12.1f%n",
                    STEPS[s],
                    percentile(took, 0.5),
                    percentile(took, 0.99),
                    percentile(since, 0.5),
                    percentile(since, 0.99));
        }
    }

    /** Times of capture and of each step; none if a client did not show one of them. */
    private long[] way(Answer answer, long number) {
        PoseEstimate pose = answer.pose;
        long frame = pose.getFrameRef().getOffset();
        Map<String, Long> stages = pose.getStageMicros();
        long[] way = new long[STEPS.length + 1];
        way[0] = micros(pose.getCapturedAt());
        way[1] = frameSent.getOrDefault(frame, 0L);
        way[2] = frameInLog.getOrDefault(frame, 0L);
        way[3] = frameFetched.getOrDefault(frame, 0L);
        way[8] = micros(pose.getEstimatedAt());
        way[7] = way[8] - stages.getOrDefault("solve", 0L);
        way[6] = way[7] - stages.getOrDefault("network", 0L);
        way[5] = way[6] - stages.getOrDefault("crop", 0L);
        way[4] = way[5] - stages.getOrDefault("decode", 0L);
        way[9] = poseSent.getOrDefault(number, 0L);
        way[10] = poseInLog.getOrDefault(answer.offset, 0L);
        way[11] = answer.read;
        return Arrays.stream(way).anyMatch(time -> time == 0) ? new long[0] : way;
    }

    /** Of sorted numbers; not a number if there are none. */
    static double percentile(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }
}
