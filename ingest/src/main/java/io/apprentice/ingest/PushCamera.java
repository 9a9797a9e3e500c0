package io.apprentice.ingest;

import io.apprentice.ingest.live.CameraState;
import io.apprentice.ingest.live.CameraState.Phase;
import io.apprentice.ingest.pace.Pacer;
import io.apprentice.ingest.push.PushQueue;
import io.apprentice.ingest.push.PushedFrame;
import io.apprentice.ingest.push.Reply;
import io.apprentice.schemas.CaptureClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures that somebody sends to us. A sender that counts its frames may send one again if it heard nothing: it is kept once. A gap
 * in its count is a gap in ours; from 0 it begins anew.
 */
final class PushCamera implements Camera {

    private static final Logger LOG = LoggerFactory.getLogger(PushCamera.class);
    private static final long MOMENT_MILLIS = 100;
    /** A count that jumps further begins anew. */
    private static final long LARGEST_GAP = 1_000_000;

    /** The last frame that had a count, and what its sender hears. */
    private record Counted(long sequence, CompletableFuture<Reply> reply) {}

    private final String id;
    private final PushQueue queue;
    private final IntrinsicsChoice intrinsics;
    private final CompressedPictures pictures;
    private final Duration silence;
    private final Pacer kept;
    private @Nullable Counted last;
    private @Nullable PushedFrame behindGap;
    private volatile CameraState state;

    /**
     * Of a queue, which is closed with this.
     *
     * @param where where pictures are to be sent, for a person
     * @param options how long no picture may come before the camera counts as silent, and how many frames to keep
     */
    PushCamera(
            String id,
            PushQueue queue,
            String where,
            IntrinsicsChoice intrinsics,
            ImageSettings images,
            LiveOptions options) {
        this.id = id;
        this.queue = queue;
        this.intrinsics = intrinsics;
        silence = options.silenceTimeout();
        double fps = options.framesPerSecond();
        kept = new Pacer(fps > 0 ? fps : Double.POSITIVE_INFINITY, new CountDownLatch(1));
        pictures = new CompressedPictures("camera " + id, Optional.of(images));
        state = CameraState.now(Phase.CONNECTING, "nobody has sent a picture yet to " + where);
    }

    @Override
    public double framesPerSecond() {
        return 0;
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public Optional<CameraState> state() {
        CameraState now = state;
        boolean silent = now.phase() == Phase.LIVE
                && Duration.between(now.since(), Instant.now()).compareTo(silence) > 0;
        return Optional.of(
                silent ? new CameraState(Phase.SILENT, now.since(), now.reconnects(), "no picture came") : now);
    }

    @Override
    public Capture next() {
        PushedFrame frame = behindGap;
        behindGap = null;
        if (frame == null) {
            frame = poll();
            if (frame == null) {
                return new Capture.Nothing();
            }
            long missing = missing(frame);
            if (missing < 0) {
                return new Capture.Nothing();
            }
            state = new CameraState(Phase.LIVE, Instant.now(), comebacks(), "");
            if (!kept.isDue()) {
                frame.reply().complete(Reply.notWanted("more frames than fps keeps"));
                return new Capture.Nothing();
            }
            if (missing > 0) {
                behindGap = frame;
                return new Capture.Lost((int) missing, "the sender left them out");
            }
        }
        return image(frame);
    }

    private @Nullable PushedFrame poll() {
        try {
            return queue.poll(MOMENT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** How many frames the sender left out before this one; -1 if it is not the next, and its sender has been told so. */
    private long missing(PushedFrame frame) {
        if (frame.sequence().isEmpty()) {
            return 0;
        }
        long sequence = frame.sequence().getAsLong();
        Counted before = last;
        if (before != null && sequence == before.sequence() && !failed(before.reply())) {
            CompletableFuture<Void> unused = before.reply().thenAccept(frame.reply()::complete);
            return -1;
        }
        if (before != null && sequence != 0 && sequence < before.sequence()) {
            frame.reply()
                    .complete(Reply.tooLate("frame %d: frame %d has been sent; go on with %d, or begin anew with 0"
                            .formatted(sequence, before.sequence(), before.sequence() + 1)));
            return -1;
        }
        last = new Counted(sequence, frame.reply());
        long missing = before == null ? 0 : sequence - before.sequence() - 1;
        if (missing < 0 && sequence == 0 || missing > LARGEST_GAP) {
            LOG.info("camera {}: its sender begins anew, with {}", id, sequence);
        }
        return missing < 0 || missing > LARGEST_GAP ? 0 : missing;
    }

    private static boolean failed(CompletableFuture<Reply> reply) {
        return reply.isDone() && reply.join().sequence().isEmpty();
    }

    private Capture image(PushedFrame frame) {
        String name =
                "frame " + (frame.sequence().isPresent() ? frame.sequence().getAsLong() : "without a count");
        try {
            Capture.Image image = pictures.image(
                    name, frame.image(), (width, height) -> intrinsics.find(Stream.empty(), width, height), List.of());
            return image.with(
                    frame.capturedAt().map(time -> new Capture.Time(time, CaptureClock.SENDER)),
                    new Answer(frame.reply()));
        } catch (IOException | IllegalArgumentException e) { // the latter: a header that claims no pixels
            frame.reply().complete(Reply.unusable(String.valueOf(e.getMessage())));
            return new Capture.Unreadable(name + ": " + e.getMessage());
        }
    }

    private long comebacks() {
        return state().orElseThrow().phase() == Phase.SILENT ? state.reconnects() + 1 : state.reconnects();
    }

    private record Answer(CompletableFuture<Reply> reply) implements Capture.Delivery {

        @Override
        public void sent(long sequence) {
            reply.complete(Reply.kept(sequence));
        }

        @Override
        public void notWanted(String why) {
            reply.complete(Reply.notWanted(why));
        }

        @Override
        public void lost(String why) {
            reply.complete(Reply.lost(why));
        }
    }

    @Override
    public void close() {
        queue.close();
        PushedFrame waiting = behindGap;
        if (waiting != null) {
            waiting.reply().complete(Reply.lost("the camera has been closed"));
        }
    }
}
