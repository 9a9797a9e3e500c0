package io.apprentice.ingest;

import io.apprentice.scene.TruePose;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.wire.FrameMapping;
import io.apprentice.wire.PoseMapping;
import java.time.Instant;

/** Converts images to records of the topic {@code frames}. */
final class FrameRecords {

    private FrameRecords() {}

    static Frame frame(String cameraId, long sequence, Instant capturedAt, Capture.Image image) {
        Frame frame = FrameMapping.toRecord(
                cameraId, sequence, capturedAt, image.encoding(), image.intrinsics(), image.bytes());
        frame.setGroundTruth(image.truth().stream().map(FrameRecords::truth).toList());
        return frame;
    }

    private static GroundTruth truth(TruePose pose) {
        return new GroundTruth(pose.objectId(), PoseMapping.toRecord(pose.objectToCamera()), pose.visibleFraction());
    }
}
