package io.apprentice.inference;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.wire.FrameMapping;
import java.time.Instant;

/** Frames for tests: small noise images, so that a network has something to look at and finds nothing. */
final class Frames {

    static final int WIDTH = 160;
    static final int HEIGHT = 120;

    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(150, 150, 79.5, 59.5, WIDTH, HEIGHT);

    private Frames() {}

    static Frame frame(String camera, long sequence, Instant capturedAt) {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        new java.util.SplittableRandom(sequence).nextBytes(rgb);
        return withImage(camera, sequence, capturedAt, ImageCodec.encodeJpeg(new RgbImage(WIDTH, HEIGHT, rgb), 80));
    }

    static Frame withImage(String camera, long sequence, Instant capturedAt, byte[] image) {
        return FrameMapping.toRecord(camera, sequence, capturedAt, ImageEncoding.JPEG, CAMERA, image);
    }
}
