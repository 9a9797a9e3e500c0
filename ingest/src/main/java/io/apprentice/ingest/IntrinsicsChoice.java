package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.recordings.bop.BopCamera;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a camera's intrinsics: in the configured file, else in a file beside the source, else by a guess with a warning. */
final class IntrinsicsChoice {

    private static final Logger LOG = LoggerFactory.getLogger(IntrinsicsChoice.class);

    private final String cameraId;
    private final Optional<Path> configured;
    private CameraIntrinsics last;
    private boolean warned;

    IntrinsicsChoice(String cameraId, Optional<Path> configured) {
        this.cameraId = cameraId;
        this.configured = configured;
    }

    /**
     * The intrinsics of images of this size.
     *
     * @param beside candidate files beside the source
     * @throws IOException if the file with the intrinsics is missing, broken or for another size
     */
    CameraIntrinsics find(Stream<Path> beside, int width, int height) throws IOException {
        if (last == null || last.width() != width || last.height() != height) {
            Optional<Path> file =
                    configured.or(() -> beside.filter(Files::exists).findFirst());
            last = file.isPresent() ? BopCamera.read(file.get(), width, height) : guess(width, height);
        }
        return last;
    }

    private CameraIntrinsics guess(int width, int height) {
        if (!warned) {
            warned = true;
            warn(width, height);
        }
        return new CameraIntrinsics(width, width, (width - 1) / 2.0, (height - 1) / 2.0, width, height);
    }

    private void warn(int width, int height) {
        LOG.warn(
                "camera {}: INTRINSICS UNKNOWN. Guessing fx = fy = {} px and the centre of {}x{}: poses will be off, in depth"
                        + " most of all. Give the true ones with --intrinsics FILE (JSON: fx, fy, cx, cy, width, height).",
                cameraId,
                width,
                width,
                height);
    }
}
