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
import io.apprentice.schemas.Intrinsics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small noise images for tests, and a real network that knows nothing of them. */
final class Frames {

    static final int WIDTH = 160;
    static final int HEIGHT = 120;
    static final int CROP = 64;

    private Frames() {}

    static Frame frame(String camera, long sequence, Instant capturedAt) {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        new SplittableRandom(sequence).nextBytes(rgb);
        return withImage(camera, sequence, capturedAt, ImageCodec.encodeJpeg(new RgbImage(WIDTH, HEIGHT, rgb), 80));
    }

    static Frame withImage(String camera, long sequence, Instant capturedAt, byte[] image) {
        return new Frame(
                camera,
                sequence,
                capturedAt,
                ImageEncoding.JPEG,
                new Intrinsics(WIDTH, HEIGHT, 150.0, 150.0, 79.5, 59.5, List.of()),
                ByteBuffer.wrap(image),
                List.of(),
                List.of());
    }

    /** The parcel. */
    static Frame synthetic(String camera, long sequence, Instant capturedAt) {
        SyntheticFrame seen = ConfirmedLabels.CAMERA.frame(sequence);
        CameraIntrinsics c = seen.intrinsics();
        Frame frame = withImage(camera, sequence, capturedAt, ImageCodec.encodeJpeg(seen.image(), 95));
        frame.setIntrinsics(new Intrinsics(c.width(), c.height(), c.fx(), c.fy(), c.cx(), c.cy(), List.of()));
        return frame;
    }

    static NetworkWeights untrained(String object) {
        return NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.named("wdrnet-darknet-tiny-h"), 1, 32),
                1,
                Map.of(NetworkWeights.OBJECTS, object, NetworkWeights.CROP_SIZE, Integer.toString(CROP)));
    }
}
