package io.apprentice.wire;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.Intrinsics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Frames and their cameras. A service turns a frame into a {@link DecodedFrame}. */
public final class FrameMapping {

    /** Services keep what they know of a camera by its id; longer ones are nobody's. */
    private static final int LONGEST_CAMERA_ID = 255;

    private static final double LEAST_FOCAL_LENGTH = 0.01;
    private static final double FARTHEST = 1e6;

    private FrameMapping() {}

    /**
     * Checks what all who read a frame rely on, its picture left out.
     *
     * @throws IOException if the camera's id is too long
     */
    public static void require(Frame frame) throws IOException {
        int length = frame.getCameraId().length();
        if (length > LONGEST_CAMERA_ID) {
            throw new IOException("camera_id: expected at most %d characters, got %,d, beginning with '%.30s'"
                    .formatted(LONGEST_CAMERA_ID, length, frame.getCameraId()));
        }
    }

    /**
     * The record of a frame without detections, without ground truth, and of an unknown clock.
     *
     * @param image a file of the encoding; not copied
     */
    public static Frame toRecord(
            String cameraId,
            long sequence,
            Instant capturedAt,
            ImageEncoding encoding,
            CameraIntrinsics camera,
            byte[] image) {
        return new Frame(
                cameraId,
                sequence,
                capturedAt,
                encoding,
                toRecord(camera),
                ByteBuffer.wrap(image),
                List.of(),
                List.of(),
                CaptureClock.UNKNOWN,
                null);
    }

    /** The record of a camera's intrinsics. */
    public static Intrinsics toRecord(CameraIntrinsics camera) {
        return new Intrinsics(
                camera.width(),
                camera.height(),
                camera.fx(),
                camera.fy(),
                camera.cx(),
                camera.cy(),
                camera.distortion());
    }

    /**
     * The intrinsics of a record.
     *
     * @throws IllegalArgumentException naming the component that is out of range, or such as no camera has: beyond a million
     *     pixels, or a focal length below a hundredth of one
     */
    public static CameraIntrinsics fromRecord(Intrinsics i) {
        require("fx", i.getFx(), i.getFx() >= LEAST_FOCAL_LENGTH);
        require("fy", i.getFy(), i.getFy() >= LEAST_FOCAL_LENGTH);
        require("cx", i.getCx(), true);
        require("cy", i.getCy(), true);
        i.getDistortion().forEach(k -> require("distortion", k, true));
        return new CameraIntrinsics(
                i.getFx(), i.getFy(), i.getCx(), i.getCy(), i.getWidth(), i.getHeight(), i.getDistortion());
    }

    private static void require(String name, double value, boolean holds) {
        if (!(holds && Math.abs(value) <= FARTHEST)) {
            throw new IllegalArgumentException("camera intrinsics: %s is out of range: %s".formatted(name, value));
        }
    }
}
