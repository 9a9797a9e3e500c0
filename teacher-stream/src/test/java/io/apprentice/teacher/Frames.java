package io.apprentice.teacher;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.network.Backbone;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.streaming.avro.AvroCodec;
import io.apprentice.streaming.avro.UndecodableRecordException;
import io.apprentice.streaming.kafka.Received;
import io.apprentice.wire.FrameMapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Small noise images for tests, and a real network that knows nothing of them. */
final class Frames {

    static final int WIDTH = 160;
    static final int HEIGHT = 120;
    static final int CROP = 64;

    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(150, 150, 79.5, 59.5, WIDTH, HEIGHT);

    /** Avro's own single-object encoding: no registry needed. */
    static final AvroCodec<Frame> CODEC = new AvroCodec<>() {
        @Override
        public byte[] encode(Frame frame) {
            try {
                ByteBuffer buffer = frame.toByteBuffer();
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                return bytes;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Frame decode(byte[] bytes) throws UndecodableRecordException {
            try {
                return Frame.fromByteBuffer(ByteBuffer.wrap(bytes));
            } catch (IOException | RuntimeException e) {
                throw new UndecodableRecordException(e.getMessage(), e);
            }
        }
    };

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

    /** The parcel, with the box that a detector would give. */
    static Frame detected(String camera, long sequence, Instant capturedAt) {
        SyntheticFrame seen = ConfirmedLabels.CAMERA.frame(sequence);
        ProjectedBox box = ProjectedBox.of(
                        ConfirmedLabels.PARCEL.keypoints(), seen.truth().get(0).objectToCamera(), seen.intrinsics())
                .orElseThrow();
        Frame frame = synthetic(camera, sequence, capturedAt);
        double width = box.right() - box.left();
        frame.setDetections(
                List.of(new Detection("parcel", box.left(), box.top(), width, box.bottom() - box.top(), 0.9)));
        return frame;
    }

    static Received received(long offset, byte[] value) {
        return received(offset, Instant.EPOCH, value);
    }

    static Received received(long offset, Instant arrival, byte[] value) {
        return new Received("frames", 1, offset, arrival.toEpochMilli(), new byte[0], value, new RecordHeaders());
    }

    static NetworkWeights untrained(String object) {
        return NetworkWeights.initial(
                new WdrNetArchitecture(Backbone.DARKNET_TINY_H, 1, 32),
                1,
                Map.of(NetworkWeights.OBJECTS, object, NetworkWeights.CROP_SIZE, Integer.toString(CROP)));
    }
}
