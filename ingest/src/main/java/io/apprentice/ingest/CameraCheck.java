package io.apprentice.ingest;

import io.apprentice.ingest.live.CameraState;
import io.apprentice.ingest.push.PushEndpoint;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.schemas.CaptureClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a camera gave when it was open for a moment.
 *
 * @param intrinsics of its last picture, with the size
 * @param assumed whether nobody gave these numbers
 * @param notes what else is to be said about its calibration
 * @param live whether frames come in real time; others wait in a file or are rendered
 * @param clock how it is known when the last picture was captured
 * @param declaredRate the rate that the camera itself states, frames per second
 * @param measuredRate the rate at which frames came, for a file as fast as it can be read; not a number for a single frame
 * @param pictures how many pictures came
 * @param unreadable how many frames could not be read
 * @param firstReason why the first of those could not be read
 * @param largestBytes largest compressed picture
 */
public record CameraCheck(
        CameraIntrinsics intrinsics,
        boolean assumed,
        List<String> notes,
        boolean live,
        CaptureClock clock,
        double declaredRate,
        double measuredRate,
        int pictures,
        int unreadable,
        Optional<String> firstReason,
        int largestBytes) {

    private static final long ABOUT_NANOS = Duration.ofSeconds(1).toNanos();
    /** A little longer than a live camera takes to say why it does not come. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(12).toNanos();

    private static final int AT_LEAST = 3;
    private static final int AT_MOST = 100;

    /**
     * Opens a camera, takes frames for about a second, three at least, and closes it. Waits 12 s at most for a live
     * camera.
     *
     * @throws IOException if it cannot be opened, or ends without a picture; says what was expected
     * @throws IllegalArgumentException if it names an object that is not configured
     */
    public static CameraCheck of(CameraSpec spec, IngestSettings settings, Map<String, String> objects)
            throws IOException {
        Optional<PushEndpoint> endpoint =
                spec.kind() == CameraSpec.Kind.PUSH ? Optional.of(new PushEndpoint(settings.push())) : Optional.empty();
        CameraOpener opener = new CameraOpener(spec, settings, objects, endpoint);
        try (Camera camera = opener.open()) {
            Optional<CameraIntrinsics> intrinsics = Optional.empty();
            Optional<String> firstReason = Optional.empty();
            CaptureClock clock = camera.isLive() ? CaptureClock.ARRIVAL : CaptureClock.FILE;
            int pictures = 0;
            int unreadable = 0;
            int largest = 0;
            long first = 0;
            long last = 0;
            long start = System.nanoTime();
            while (pictures + unreadable < AT_LEAST
                    || (System.nanoTime() - start < ABOUT_NANOS && pictures + unreadable < AT_MOST)) {
                Capture capture = camera.next();
                if (capture instanceof Capture.Image image) {
                    last = System.nanoTime();
                    first = pictures == 0 ? last : first;
                    pictures++;
                    intrinsics = Optional.of(image.intrinsics());
                    clock = image.time().map(Capture.Time::clock).orElse(clock);
                    largest = Math.max(largest, image.bytes().length);
                } else if (capture instanceof Capture.Unreadable broken) {
                    unreadable++;
                    firstReason = firstReason.or(() -> Optional.of(broken.reason()));
                } else if (capture instanceof Capture.End end) {
                    firstReason = end.reason().isEmpty() ? firstReason : Optional.of(end.reason());
                    break;
                } else if (System.nanoTime() - start > PATIENCE_NANOS) {
                    firstReason = firstReason.or(() -> camera.state().map(CameraState::text));
                    break;
                }
            }
            String nothing = firstReason.orElse("the camera ended");
            return new CameraCheck(
                    intrinsics.orElseThrow(
                            () -> new IOException("camera %s: no picture came: %s".formatted(spec.id(), nothing))),
                    opener.intrinsicsAssumed(),
                    opener.notes(),
                    camera.isLive(),
                    clock,
                    camera.framesPerSecond(),
                    pictures > 1 ? (pictures - 1) * 1e9 / (last - first) : Double.NaN,
                    pictures,
                    unreadable,
                    firstReason,
                    largest);
        } finally {
            endpoint.ifPresent(PushEndpoint::close);
        }
    }

    /**
     * One picture of a camera.
     *
     * @param image the picture
     * @param intrinsics its camera
     * @param assumed whether nobody gave these intrinsics
     * @param notes what else is to be said about them
     */
    public record Snapshot(RgbImage image, CameraIntrinsics intrinsics, boolean assumed, List<String> notes) {

        /** Copies. */
        public Snapshot {
            notes = List.copyOf(notes);
        }
    }

    /**
     * Opens a camera, takes its picture number {@code index}, and closes it. Waits 12 s at most for each picture of a live
     * camera.
     *
     * @param index how many pictures are passed over, 0 or more
     * @throws IOException if it cannot be opened, ends before that picture, or the picture cannot be read; says what was
     *     expected
     * @throws IllegalArgumentException if it names an object that is not configured
     */
    public static Snapshot snapshot(CameraSpec spec, IngestSettings settings, Map<String, String> objects, int index)
            throws IOException {
        Optional<PushEndpoint> endpoint =
                spec.kind() == CameraSpec.Kind.PUSH ? Optional.of(new PushEndpoint(settings.push())) : Optional.empty();
        CameraOpener opener = new CameraOpener(spec, settings, objects, endpoint);
        try (Camera camera = opener.open()) {
            int pictures = 0;
            String last = "none came";
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (System.nanoTime() < end) {
                Capture capture = camera.next();
                if (capture instanceof Capture.Image image) {
                    if (pictures++ == index) {
                        return new Snapshot(
                                ImageCodec.decode(image.bytes()),
                                image.intrinsics(),
                                opener.intrinsicsAssumed(),
                                opener.notes());
                    }
                    end = System.nanoTime() + PATIENCE_NANOS;
                } else if (capture instanceof Capture.Unreadable broken) {
                    last = broken.reason();
                } else if (capture instanceof Capture.End over) {
                    last = over.reason().isEmpty() ? "the camera ended" : over.reason();
                    break;
                } else {
                    last = camera.state().map(CameraState::text).orElse(last);
                }
            }
            throw new IOException(
                    "camera %s: expected picture %d, got %d pictures: %s".formatted(spec.id(), index, pictures, last));
        } finally {
            endpoint.ifPresent(PushEndpoint::close);
        }
    }
}
