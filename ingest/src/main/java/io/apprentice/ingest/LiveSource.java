package io.apprentice.ingest;

import io.apprentice.ingest.live.CameraState;
import io.apprentice.ingest.live.LiveEvent;
import io.apprentice.ingest.live.LiveFeed;
import io.apprentice.ingest.live.LiveFrame;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageHeader;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.ImageEncoding;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Frames of a live stream or device. It comes and goes; one thing ends it for good: pictures of another shape than the
 * calibration that was given for them.
 */
final class LiveSource implements Camera {

    private final LiveRequests requests;
    private final LiveFeed feed;
    private final IntrinsicsChoice intrinsics;
    private volatile Optional<LiveOptions.Size> size = Optional.empty();
    private Optional<Capture.End> end = Optional.empty();
    private boolean called;

    /**
     * A camera that connects when its first frame is asked for.
     *
     * @throws IOException if the file with the credentials cannot be read
     */
    LiveSource(CameraSpec spec, IntrinsicsChoice intrinsics, ImageSettings images) throws IOException {
        this.intrinsics = intrinsics;
        LiveOptions options = LiveOptions.of(spec);
        requests = new LiveRequests(spec, options, images, () -> size);
        requests.next(); // credentials that cannot be read stop the start
        feed = new LiveFeed(spec.id(), requests, options.openTimeout(), options.silenceTimeout());
    }

    @Override
    public double framesPerSecond() {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public Optional<CameraState> state() {
        return Optional.of(feed.state());
    }

    @Override
    public Capture next() {
        if (end.isPresent()) {
            return end.get();
        }
        if (!called) {
            called = true;
            requests.warnIfVisible();
        }
        Optional<LiveEvent> event;
        try {
            event = feed.next();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Capture.Nothing();
        }
        if (event.isEmpty()) {
            return feed.state().phase() == CameraState.Phase.ENDED
                    ? ended(feed.state().reason())
                    : new Capture.Nothing();
        }
        if (event.get() instanceof LiveEvent.Lost lost) {
            return new Capture.Lost(lost.frames(), "they came faster than they could be sent");
        }
        return event.get() instanceof LiveEvent.Taken taken
                ? image(taken.frame())
                : new Capture.Unreadable("broken data from the camera");
    }

    private Capture image(LiveFrame frame) {
        ImageHeader header;
        try {
            header = ImageHeader.of(frame.image());
        } catch (IOException e) {
            return new Capture.Unreadable(String.valueOf(e.getMessage()));
        }
        try {
            Capture.Time time = frame.sentMicros().isPresent()
                    ? new Capture.Time(instant(frame.sentMicros().getAsLong()), CaptureClock.SENDER)
                    : new Capture.Time(instant(frame.arrivedMicros()), CaptureClock.ARRIVAL);
            return new Capture.Image(
                    ImageEncoding.valueOf(header.format()),
                    frame.image(),
                    intrinsics(header.width(), header.height()),
                    List.of(),
                    Optional.empty(),
                    Optional.of(time),
                    Capture.Delivery.UNHEARD);
        } catch (IOException e) {
            return ended(String.valueOf(e.getMessage()));
        }
    }

    private CameraIntrinsics intrinsics(int width, int height) throws IOException {
        LiveOptions.Size now = new LiveOptions.Size(width, height);
        LiveOptions.Size first = size.orElse(now);
        if (!first.equals(now) && intrinsics.isConfigured()) {
            throw new IOException(
                    "its pictures changed from %dx%d to %dx%d pixels, and the calibration is for the former"
                            .formatted(first.width(), first.height(), width, height));
        }
        size = Optional.of(now);
        return intrinsics.find(Stream.empty(), width, height);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private Capture ended(String reason) {
        end = Optional.of(new Capture.End(reason));
        feed.close();
        return end.get();
    }

    @Override
    public void close() {
        feed.close();
    }
}
