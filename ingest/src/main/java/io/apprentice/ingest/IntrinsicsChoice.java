package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.recordings.calibration.CameraCalibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a camera's intrinsics: in the configured file, else in a file beside the source, else by an assumption with a warning.
 */
final class IntrinsicsChoice {

    private static final Logger LOG = LoggerFactory.getLogger(IntrinsicsChoice.class);

    // Degrees across the longer side; most webcams, phones and industrial lenses lie between these.
    private static final double NARROW = 40;
    private static final double WIDE = 80;

    private final String cameraId;
    private final Optional<Path> configured;
    private final Set<String> said = new LinkedHashSet<>();
    private CameraIntrinsics last;
    private boolean assumed;

    IntrinsicsChoice(String cameraId, Optional<Path> configured) {
        this.cameraId = cameraId;
        this.configured = configured;
    }

    /** Whether a file was given. */
    boolean isConfigured() {
        return configured.isPresent();
    }

    /**
     * The intrinsics of images of this size.
     *
     * @param beside candidate files beside the source
     * @throws IOException if the file with the intrinsics is missing, broken, for another size or cannot be right
     */
    CameraIntrinsics find(Stream<Path> beside, int width, int height) throws IOException {
        if (last == null || last.width() != width || last.height() != height) {
            Optional<Path> file =
                    configured.or(() -> beside.filter(Files::exists).findFirst());
            assumed = file.isEmpty();
            last = file.isPresent() ? read(file.get(), width, height) : assume(width, height);
        }
        return last;
    }

    /** Whether the last intrinsics are a guess. */
    boolean assumed() {
        return assumed;
    }

    /** The warnings so far. */
    List<String> notes() {
        return List.copyOf(said);
    }

    private CameraIntrinsics read(Path file, int width, int height) throws IOException {
        CameraCalibration calibration = CameraCalibration.read(file, width, height);
        if (last == null) {
            LOG.info("camera {}: {} says {}", cameraId, file, calibration.intrinsics());
        }
        calibration.notes().forEach(note -> warnOnce(file + ": " + note));
        return calibration.intrinsics();
    }

    private CameraIntrinsics assume(int width, int height) {
        if (said.isEmpty()) {
            warnOnce(announcement(width, height));
        }
        return assumed(width, height);
    }

    private void warnOnce(String what) {
        if (said.add(what)) {
            LOG.warn("camera {}: {}", cameraId, what);
        }
    }

    /** A focal length as long as the longer side, 53 degrees across it, the middle as centre, no distortion. */
    static CameraIntrinsics assumed(int width, int height) {
        int side = Math.max(width, height);
        return new CameraIntrinsics(side, side, (width - 1) / 2.0, (height - 1) / 2.0, width, height);
    }

    static String announcement(int width, int height) {
        int side = Math.max(width, height);
        return String.format(
                Locale.ROOT,
                "INTRINSICS UNKNOWN, no calibration was given or lies beside the source. Assuming fx = fy = %d px, the"
                        + " centre of %dx%d and no distortion. A lens of %.0f to %.0f degrees makes distances %.0f %% too"
                        + " short to %.0f %% too long, and turns objects at the picture's edge by up to %.0f degrees."
                        + " Give the true ones with --intrinsics FILE (docs/cameras.md).",
                side,
                width,
                height,
                NARROW,
                WIDE,
                100 - 100 * distanceRatio(NARROW),
                100 * distanceRatio(WIDE) - 100,
                edgeTurn(WIDE));
    }

    /**
     * How many times too far an object seems. Its size in the picture is focal length times size by distance, so the
     * distance that is found grows with the focal length that is assumed.
     *
     * @param degrees the true angle of view across the longer side
     */
    static double distanceRatio(double degrees) {
        return 2 * Math.tan(Math.toRadians(degrees) / 2);
    }

    /**
     * By how many degrees the ray through the edge of the longer side is wrong, and with it the object that is seen there.
     *
     * @param degrees the true angle of view across the longer side
     */
    static double edgeTurn(double degrees) {
        return Math.abs(degrees / 2 - Math.toDegrees(Math.atan(0.5)));
    }
}
