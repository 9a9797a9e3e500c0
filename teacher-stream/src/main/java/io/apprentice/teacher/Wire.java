package io.apprentice.teacher;

import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.ForegroundMap;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.Quality;
import io.apprentice.schemas.Region;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

    /**
     * What the teacher believes about one object.
     *
     * @param refined whether the frame confirmed the pose
     */
    static ObjectPredictions predictions(ObjectLabel label, boolean refined) {
        LabelQuality quality = label.quality();
        return new ObjectPredictions(
                label.objectId(),
                region(label.frameToCrop(), label.cropSize()),
                votes(label.votes()),
                label.foreground().map(Wire::foreground).orElse(null),
                label.objectToCamera().map(Wire::pose).orElse(null),
                new Quality(quality.inliers(), quality.correspondences(), quality.reprojectionError(), quality.score()),
                refined);
    }

    private static KeypointVotes votes(io.apprentice.pose.prediction.KeypointVotes votes) {
        return new KeypointVotes(votes.keypoints(), floats(votes.scores()), floats(votes.points()));
    }

    private static ForegroundMap foreground(io.apprentice.pose.label.ForegroundMap map) {
        return new ForegroundMap(map.width(), map.height(), shares(map.probabilities()));
    }

    private static Region region(Affine2 m, int size) {
        return new Region(m.a(), m.b(), m.c(), m.d(), m.e(), m.f(), size);
    }

    private static Pose pose(Se3 objectToCamera) {
        Quaternion q = objectToCamera.rotation();
        Vec3 t = objectToCamera.translation();
        return new Pose(q.x(), q.y(), q.z(), q.w(), t.x(), t.y(), t.z());
    }

    private static List<Float> floats(float[] values) {
        List<Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    /** Shares of one as bytes: 255 is one. */
    private static ByteBuffer shares(float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) Math.round(255 * Math.min(1, Math.max(0, values[i])));
        }
        return ByteBuffer.wrap(bytes);
    }
}
