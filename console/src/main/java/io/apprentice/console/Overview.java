package io.apprentice.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.LongLost;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Topic;
import io.apprentice.schemas.TrainingEvent;
import io.apprentice.schemas.TrainingProgress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How things stand now, and what was decided. Bounded; thread-safe. */
final class Overview {

    private static final int FRAMES = 0;
    private static final int ANSWERS = 1;
    private static final int LOST = 2;
    private static final int SKIPPED = 3;
    private static final int LABELS = 4;
    private static final int MOST_EVENTS = 200;
    private static final int MOST_LATENCIES = 600;
    private static final int MOST_CAMERAS = 1_000;
    private static final int MOST_OBJECTS = 100;

    private static final class Camera {
        private final Recent recent = new Recent(5);
        private final Map<String, PoseEstimate> newest = new TreeMap<>();
        private final Map<String, LongLost> lostByStudent = new TreeMap<>();
        private final Map<String, LongLost> lostByTeacher = new TreeMap<>();
        private long frames;
        private int width;
        private int height;
        private long arrived;
    }

    private final Map<String, Camera> cameras = new TreeMap<>();
    private final Deque<TrainingEvent> events = new ArrayDeque<>();
    private final Map<Topic, Long> unreadable = new EnumMap<>(Topic.class);
    private final long[] latencies = new long[MOST_LATENCIES];
    private int latencyCount;
    private double median = Double.NaN;
    private double high = Double.NaN;
    private Duration brokerSilence = Duration.ZERO;
    private Optional<TrainingProgress> training = Optional.empty();
    private Optional<PoseEstimate> lastAnswer = Optional.empty();

    private Camera camera(String id) {
        if (cameras.size() >= MOST_CAMERAS && !cameras.containsKey(id)) {
            return new Camera(); // not kept
        }
        return cameras.computeIfAbsent(id, i -> new Camera());
    }

    synchronized void frame(Frame frame, long now) {
        Camera camera = camera(frame.getCameraId());
        camera.frames++;
        camera.width = frame.getIntrinsics().getWidth();
        camera.height = frame.getIntrinsics().getHeight();
        camera.arrived = now;
        camera.recent.add(FRAMES, now);
    }

    synchronized void label(LocalPredictions label, long now) {
        Camera camera = camera(label.getCameraId());
        camera.recent.add(LABELS, now);
        for (ObjectPredictions object : label.getObjects()) {
            lost(camera.lostByTeacher, object.getObjectId(), object.getObjectToCamera(), object.getLongLost());
        }
    }

    /** @param latency from the frame's arrival to this reader, milliseconds */
    synchronized void pose(PoseEstimate pose, long latency, long now) {
        Camera camera = camera(pose.getCameraId());
        if (pose.getStatus() == PoseStatus.SKIPPED) {
            camera.recent.add(SKIPPED, now);
            return;
        }
        camera.recent.add(ANSWERS, now);
        if (pose.getStatus() == PoseStatus.LOST) {
            camera.recent.add(LOST, now);
        }
        put(camera.newest, pose.getObjectId(), pose);
        lost(camera.lostByStudent, pose.getObjectId(), pose.getObjectToCamera(), pose.getLongLost());
        lastAnswer = Optional.of(pose);
        latencies[latencyCount++ % MOST_LATENCIES] = Math.max(0, latency); // a sender's clock may be ahead
    }

    /** What was said last holds until the object is found. */
    private static void lost(Map<String, LongLost> lost, String object, @Nullable Pose found, @Nullable LongLost why) {
        if (found != null) {
            lost.remove(object);
        } else if (why != null) {
            put(lost, object, why);
        }
    }

    private static <T> void put(Map<String, T> byObject, String object, T what) {
        if (byObject.size() < MOST_OBJECTS || byObject.containsKey(object)) {
            byObject.put(object, what);
        }
    }

    synchronized void progress(TrainingProgress report) {
        training = Optional.of(report);
    }

    synchronized void event(TrainingEvent event) {
        events.addFirst(event);
        if (events.size() > MOST_EVENTS) {
            events.removeLast();
        }
    }

    /** Whether a picture of this camera has come. */
    synchronized boolean knows(String camera) {
        return cameras.containsKey(camera);
    }

    /** The newest version of the student; -1 before it is known. */
    synchronized long version() {
        return training.map(TrainingProgress::getVersion).orElse(-1L);
    }

    synchronized void unreadable(Topic topic) {
        unreadable.merge(topic, 1L, Long::sum);
    }

    /** How many records of a topic could not be shown. */
    synchronized long unreadableSoFar(Topic topic) {
        return unreadable.getOrDefault(topic, 0L);
    }

    /** A second has passed: the latencies of that time become points. */
    synchronized void tick(Curves curves, Duration silence, long now) {
        brokerSilence = silence;
        curves.tick(now);
        if (latencyCount == 0) {
            median = Double.NaN;
            high = Double.NaN;
            return;
        }
        long[] sorted = Arrays.copyOf(latencies, Math.min(latencyCount, MOST_LATENCIES));
        Arrays.sort(sorted);
        latencyCount = 0;
        median = sorted[sorted.length / 2];
        high = sorted[(int) (sorted.length * 0.99)];
        curves.add(Curves.LATENCY_MEDIAN, now, median);
        curves.add(Curves.LATENCY_HIGH, now, high);
    }

    /** All of it. */
    synchronized ObjectNode json(long now) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("now", now);
        json.put("brokerSilentMillis", brokerSilence.toMillis());
        ArrayNode list = json.putArray("cameras");
        cameras.forEach((id, camera) -> camera(list.addObject().put("id", id), camera, now));
        json.putObject("latency").put("p50", known(median)).put("p99", known(high));
        training.ifPresent(t -> json.putObject("training")
                .put("student", t.getStudentId())
                .put("version", t.getVersion())
                .put("labels", t.getLabels())
                .put("skipped", t.getSkipped())
                .put("steps", t.getSteps())
                .put("at", t.getAt().toEpochMilli()));
        lastAnswer.ifPresent(pose -> json.put("versionInUse", pose.getStudent().getVersion()));
        ArrayNode decided = json.putArray("events");
        for (TrainingEvent event : events) {
            ObjectNode one = decided.addObject()
                    .put("at", event.getAt().toEpochMilli())
                    .put("kind", event.getKind().name())
                    .put("version", event.getVersion())
                    .put("by", event.getBy())
                    .put("reason", event.getReason());
            if (event.getCameraId() != null) {
                one.put("camera", event.getCameraId());
            }
        }
        ObjectNode bad = json.putObject("unreadable");
        unreadable.forEach((topic, count) -> bad.put(topic.baseName(), count));
        return json;
    }

    private static void camera(ObjectNode json, Camera camera, long now) {
        json.put("frames", camera.frames).put("width", camera.width).put("height", camera.height);
        json.put("silentMillis", camera.frames == 0 ? 0 : now - camera.arrived);
        json.put("framesPerSecond", camera.recent.rate(FRAMES, now));
        json.put("posesPerSecond", camera.recent.rate(ANSWERS, now));
        json.put("labelsPerSecond", camera.recent.rate(LABELS, now));
        ObjectNode half = json.putObject("lastHalfMinute");
        half.put("frames", camera.recent.count(FRAMES, 30, now));
        half.put("answers", camera.recent.count(ANSWERS, 30, now));
        half.put("lost", camera.recent.count(LOST, 30, now));
        half.put("skipped", camera.recent.count(SKIPPED, 30, now));
        half.put("labels", camera.recent.count(LABELS, 30, now));
        ObjectNode status = json.putObject("status");
        camera.newest.forEach(
                (object, pose) -> status.put(object, pose.getStatus().name()));
        ArrayNode lost = json.putArray("lost");
        lost(lost, "student", camera.lostByStudent);
        lost(lost, "teacher", camera.lostByTeacher);
    }

    private static void lost(ArrayNode list, String by, Map<String, LongLost> lost) {
        lost.forEach((object, why) -> {
            ObjectNode one = list.addObject()
                    .put("object", object)
                    .put("by", by)
                    .put("since", why.getSince().toEpochMilli())
                    .put("looks", why.getLooks());
            why.getAdvice().forEach(one.putArray("advice")::add);
        });
    }

    private static Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
