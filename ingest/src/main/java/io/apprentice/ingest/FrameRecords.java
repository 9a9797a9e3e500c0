package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.scene.TruePose;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.Pose;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** An image as the contract of the topic {@code frames} wants it. */
final class FrameRecords {

    private FrameRecords() {}

    static Frame frame(String cameraId, long sequence, Instant capturedAt, Capture.Image image) {
        return Frame.newBuilder()
                .setCameraId(cameraId)
                .setSequence(sequence)
                .setCapturedAt(capturedAt)
                .setEncoding(image.encoding())
                .setIntrinsics(intrinsics(image.intrinsics()))
                .setImage(ByteBuffer.wrap(image.bytes()))
                .setDetections(List.of())
                .setGroundTruth(image.truth().stream().map(FrameRecords::truth).toList())
                .build();
    }

    private static Intrinsics intrinsics(CameraIntrinsics camera) {
        return Intrinsics.newBuilder()
                .setWidth(camera.width())
                .setHeight(camera.height())
                .setFx(camera.fx())
                .setFy(camera.fy())
                .setCx(camera.cx())
                .setCy(camera.cy())
                .setDistortion(camera.distortion())
                .build();
    }

    private static GroundTruth truth(TruePose pose) {
        Quaternion q = pose.objectToCamera().rotation();
        Vec3 t = pose.objectToCamera().translation();
        return GroundTruth.newBuilder()
                .setObjectId(pose.objectId())
                .setObjectToCamera(new Pose(q.x(), q.y(), q.z(), q.w(), t.x(), t.y(), t.z()))
                .setVisibleFraction(pose.visibleFraction())
                .build();
    }
}
