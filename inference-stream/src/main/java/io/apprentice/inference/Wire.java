package io.apprentice.inference;

import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.Pose;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Optional;

/** Between the records of the topics and the types of the science. */
final class Wire {

    private Wire() {}

    /** @throws IllegalArgumentException naming the component that is out of range */
    static CameraIntrinsics intrinsics(Intrinsics i) {
        return new CameraIntrinsics(
                i.getFx(), i.getFy(), i.getCx(), i.getCy(), i.getWidth(), i.getHeight(), i.getDistortion());
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** The crop around the most likely box that the camera's detector gave for an object; empty without a usable one. */
    static Optional<Affine2> detection(Frame frame, String objectId, CameraIntrinsics camera, int cropSize) {
        return frame.getDetections().stream()
                .filter(detection -> detection.getObjectId().equals(objectId))
                .max(Comparator.comparingDouble(Detection::getScore))
                .flatMap(box -> Regions.aroundBox(
                        box.getX(),
                        box.getY(),
                        box.getX() + box.getWidth(),
                        box.getY() + box.getHeight(),
                        camera,
                        cropSize));
    }

    static Pose pose(Se3 objectToCamera) {
        Quaternion q = objectToCamera.rotation();
        Vec3 t = objectToCamera.translation();
        return new Pose(q.x(), q.y(), q.z(), q.w(), t.x(), t.y(), t.z());
    }
}
