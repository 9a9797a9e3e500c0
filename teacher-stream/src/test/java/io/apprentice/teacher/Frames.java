package io.apprentice.teacher;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.wire.FrameMapping;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;

/** Small noise images for tests, and a real network that knows nothing of them. */
final class Frames {

    static final int WIDTH = 160;
    static final int HEIGHT = 120;
    static final int CROP = 64;

    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(150, 150, 79.5, 59.5, WIDTH, HEIGHT);

    private Frames() {}

    static Frame frame(String camera, long sequence, Instant capturedAt) {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        new SplittableRandom(sequence).nextBytes(rgb);
        return withImage(camera, sequence, capturedAt, ImageCodec.encodeJpeg(new RgbImage(WIDTH, HEIGHT, rgb), 80));
    }

    static Frame withImage(String camera, long sequence, Instant capturedAt, byte[] image) {
        return FrameMapping.toRecord(camera, sequence, capturedAt, ImageEncoding.JPEG, CAMERA, image);
    }

    /** The parcel. */
    static Frame synthetic(String camera, long sequence, Instant capturedAt) {
        SyntheticFrame seen = ConfirmedLabels.CAMERA.frame(sequence);
        return FrameMapping.toRecord(
                camera,
                sequence,
                capturedAt,
                ImageEncoding.JPEG,
                seen.intrinsics(),
                ImageCodec.encodeJpeg(seen.image(), 95));
    }

    static NetworkWeights untrained(String object) {
        return NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.named("wdrnet-darknet-tiny-h"), 1, 32),
                1,
                Map.of(NetworkWeights.OBJECTS, object, NetworkWeights.CROP_SIZE, Integer.toString(CROP)));
    }
}
