package io.apprentice.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.SurfaceCodes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The newest pictures of each camera: live with the student's poses, and the newest one that the teacher has labelled.
 *
 * <p>A viewer asks for what is newer than what it has, and gets the newest. So nothing is kept for a viewer, and a slow
 * one sees fewer pictures. A picture is sent as it came; what is drawn on it goes beside it as JSON. Bounded: frames
 * that wait for their poses and labels take at most 64 MB, and so do the pictures that are shown, of 1,000 cameras at most;
 * if more come, the camera that has been quiet for longest is forgotten. Thread-safe.
 */
final class Gallery {

    /** Pictures to send, and how far they go. */
    record Pictures(long cursor, ByteBuf body) {}

    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_FRAMES = 10_000;
    private static final int MOST_CAMERAS = 1_000;
    /** What a record takes beside its pixels and votes, about. */
    private static final long SMALL = 1_000;
    /** A camera whose frames nobody answers is shown without poses. */
    private static final long UNANSWERED_MILLIS = 2_000;

    /** A frame with what is known about it; the frame may come after its poses. */
    private static final class Seen {
        private Frame frame;
        private long arrived;
        private final List<PoseEstimate> poses = new ArrayList<>(1);
        private Optional<LocalPredictions> label = Optional.empty();
        private Optional<StudentPredictions> cloud = Optional.empty();

        private long bytes;
    }

    private record Shown(long number, byte[] head, ByteBuffer image) {
        long bytes() {
            return (long) head.length + image.capacity();
        }
    }

    private static final class Camera {
        private long answered;
        private long searched;
        private long clouded;
        private @Nullable Shown live;
        private @Nullable Shown labelled;

        long bytes() {
            return bytes(live) + bytes(labelled);
        }

        private static long bytes(@Nullable Shown shown) {
            return shown == null ? 0 : shown.bytes();
        }

        /** The number of its newest picture. */
        long newest() {
            return Math.max(live == null ? 0 : live.number(), labelled == null ? 0 : labelled.number());
        }
    }

    private final int objects;
    private final LinkedHashMap<FrameRef, Seen> seen = new LinkedHashMap<>();
    private final Map<String, Camera> cameras = new TreeMap<>();
    private final Sinks.Many<Long> numbers = Sinks.many().replay().latest();
    private long bytes;
    private long shownBytes;
    private long number;

    /**
     * An empty gallery.
     *
     * @param objects answers that each frame gets
     * @param first where the numbers of the pictures begin: later galleries begin higher, so that a page goes on with them
     */
    Gallery(int objects, long first) {
        this.objects = objects;
        number = first;
        next();
    }

    /** A frame came at {@code arrived} milliseconds. */
    synchronized void frame(FrameRef ref, Frame frame, long arrived) {
        Seen entry = entry(ref);
        entry.frame = frame;
        entry.arrived = arrived;
        grow(entry, frame.getImage().remaining());
        Camera camera = camera(entry);
        if (entry.poses.size() >= objects || arrived - camera.answered > UNANSWERED_MILLIS) {
            showLive(entry);
        }
        showLabelled(entry);
        forget();
    }

    synchronized void pose(PoseEstimate pose) {
        Seen entry = entry(pose.getFrameRef());
        if (entry.poses.size() < objects) {
            entry.poses.add(pose);
            grow(entry, SMALL);
        }
        if (entry.frame != null && entry.poses.size() >= objects) {
            showLive(entry);
        }
        forget();
    }

    synchronized void label(LocalPredictions label) {
        Seen entry = entry(label.getFrameRef());
        entry.label = Optional.of(label);
        grow(entry, bytes(label));
        showLabelled(entry);
        forget();
    }

    synchronized void cloud(StudentPredictions cloud) {
        Seen entry = entry(cloud.getFrameRef());
        entry.cloud = Optional.of(cloud);
        grow(
                entry,
                cloud.getObjects().stream()
                        .mapToLong(of -> bytes(of.getVotes()))
                        .sum());
        showLabelled(entry);
        forget();
    }

    private Seen entry(FrameRef ref) {
        return seen.computeIfAbsent(ref, r -> new Seen());
    }

    private void forget() {
        var eldest = seen.values().iterator();
        while (bytes > MOST_BYTES || seen.size() > MOST_FRAMES) {
            bytes -= eldest.next().bytes;
            eldest.remove();
        }
    }

    private void grow(Seen entry, long more) {
        entry.bytes += more;
        bytes += more;
    }

    private static long bytes(LocalPredictions label) {
        return label.getObjects().stream()
                .mapToLong(object -> SMALL
                        + (object.getForeground() == null
                                ? 0
                                : object.getForeground().getValues().remaining())
                        + (object.getPredictions() instanceof KeypointVotes votes
                                ? bytes(votes)
                                : bytes((SurfaceCodes) object.getPredictions())))
                .sum();
    }

    private static long bytes(KeypointVotes votes) {
        return SMALL + 4L * (votes.getScores().size() + votes.getPoints().size());
    }

    private static long bytes(SurfaceCodes codes) {
        return SMALL
                + codes.getProbabilities().remaining()
                + 4L
                        * (codes.getScores().size()
                                + codes.getPositions().size()
                                + codes.getCodes().size());
    }

    private Camera camera(Seen entry) {
        Camera known = cameras.get(entry.frame.getCameraId());
        if (known != null) {
            return known;
        }
        Camera camera = new Camera();
        cameras.put(entry.frame.getCameraId(), camera);
        if (cameras.size() > MOST_CAMERAS) {
            forgetCamera(camera);
        }
        return camera;
    }

    /** Forgets the camera that has shown nothing for longest, except one. */
    private void forgetCamera(Camera except) {
        cameras.entrySet().stream()
                .filter(entry -> entry.getValue() != except)
                .min(Comparator.comparingLong(entry -> entry.getValue().newest()))
                .map(Map.Entry::getKey)
                .ifPresent(id -> shownBytes -= cameras.remove(id).bytes());
    }

    /** Leaves a picture out that the student skipped, as long as others come that it did not skip. */
    private void showLive(Seen entry) {
        Camera camera = camera(entry);
        if (!entry.poses.isEmpty()) {
            camera.answered = entry.arrived;
        }
        if (entry.poses.stream().anyMatch(pose -> pose.getStatus() != PoseStatus.SKIPPED)) {
            camera.searched = entry.arrived;
        } else if (entry.arrived - camera.searched < UNANSWERED_MILLIS) {
            return;
        }
        ObjectNode head = Heads.of(entry.frame, entry.arrived, entry.poses).put("kind", "live");
        shownBytes -= camera.bytes();
        camera.live = shown(head, entry);
        show(camera);
    }

    /** Leaves a picture out that has no votes of the student, as long as others come that have. */
    private void showLabelled(Seen entry) {
        if (entry.frame == null || entry.label.isEmpty()) {
            return;
        }
        Camera camera = camera(entry);
        if (entry.cloud.isPresent()) {
            camera.clouded = entry.arrived;
        } else if (entry.arrived - camera.clouded < UNANSWERED_MILLIS) {
            return;
        }
        ObjectNode head = Heads.of(entry.frame, entry.arrived, entry.poses).put("kind", "teacher");
        head.set("labels", Heads.labels(entry.label.get()));
        entry.cloud.ifPresent(cloud -> head.set("clouds", Heads.clouds(cloud)));
        shownBytes -= camera.bytes();
        camera.labelled = shown(head, entry);
        show(camera);
    }

    private void show(Camera camera) {
        shownBytes += camera.bytes();
        while (shownBytes > MOST_BYTES && cameras.size() > 1) {
            forgetCamera(camera);
        }
    }

    private Shown shown(ObjectNode head, Seen entry) {
        return new Shown(next(), head.toString().getBytes(StandardCharsets.UTF_8), entry.frame.getImage());
    }

    private long next() {
        number++;
        numbers.tryEmitNext(number);
        return number;
    }

    /** The cameras so far. */
    synchronized Set<String> cameras() {
        return Set.copyOf(cameras.keySet());
    }

    /**
     * The newest picture of each kind, as soon as there is one after a number.
     *
     * @param after what the viewer has; 0 for nothing
     * @param wanted ids of cameras; empty for all
     * @return per picture: length of its head (4 bytes), head (JSON), length of the image (4 bytes), image; nothing if
     * none comes
     */
    Mono<Pictures> after(long after, Collection<String> wanted, Duration patience) {
        return numbers.asFlux()
                .filter(newest -> newest > after)
                .mapNotNull(newest -> pictures(after, wanted).orElse(null))
                .next()
                .timeout(patience, Mono.empty());
    }

    private synchronized Optional<Pictures> pictures(long after, Collection<String> wanted) {
        List<ByteBuf> parts = new ArrayList<>();
        cameras.forEach((id, camera) -> {
            if (wanted.isEmpty() || wanted.contains(id)) {
                append(parts, camera.live, after);
                append(parts, camera.labelled, after);
            }
        });
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(new Pictures(number, Unpooled.wrappedBuffer(parts.toArray(ByteBuf[]::new))));
    }

    private static void append(List<ByteBuf> parts, @Nullable Shown picture, long after) {
        if (picture != null && picture.number() > after) {
            parts.add(Unpooled.copyInt(picture.head().length));
            parts.add(Unpooled.wrappedBuffer(picture.head()));
            parts.add(Unpooled.copyInt(picture.image().remaining()));
            parts.add(Unpooled.wrappedBuffer(picture.image().duplicate()));
        }
    }
}
