package io.apprentice.wire;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.schemas.CaptureClock;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.Intrinsics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Frames and their cameras. A service turns a frame into a {@link DecodedFrame}. */
public final class FrameMapping {

    private FrameMapping() {}

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
     * @throws IllegalArgumentException naming the component that is out of range
     */
    public static CameraIntrinsics fromRecord(Intrinsics i) {
        return new CameraIntrinsics(
                i.getFx(), i.getFy(), i.getCx(), i.getCy(), i.getWidth(), i.getHeight(), i.getDistortion());
    }
}
