package io.apprentice.ingest;

import io.apprentice.scene.TruePose;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.wire.FrameMapping;
import io.apprentice.wire.PoseMapping;

/** Converts images to records of the topic {@code frames}. */
final class FrameRecords {

    private FrameRecords() {}

    static Frame frame(String cameraId, long sequence, Capture.Time time, Capture.Image image) {
        Frame frame = FrameMapping.toRecord(
                cameraId, sequence, time.at(), image.encoding(), image.intrinsics(), image.bytes());
        frame.setCaptureClock(time.clock());
        frame.setGroundTruth(image.truth().stream().map(FrameRecords::truth).toList());
        frame.setRecordedImage(image.recorded().orElse(null));
        return frame;
    }

    private static GroundTruth truth(TruePose pose) {
        return new GroundTruth(pose.objectId(), PoseMapping.toRecord(pose.objectToCamera()), pose.visibleFraction());
    }
}
