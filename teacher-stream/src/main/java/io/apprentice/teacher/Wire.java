package io.apprentice.teacher;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.Regions;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.refine.MovedVotes;
import io.apprentice.pose.refine.RefinedPose;
import io.apprentice.pose.solve.PnpSolution;
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

    /** What the network believes about one object. */
    static ObjectPredictions predictions(Estimate estimate) {
        Optional<PnpSolution> solution = estimate.pose();
        return new ObjectPredictions(
                estimate.objectId(),
                region(estimate.frameToCrop(), estimate.cropSize()),
                votes(estimate.votes()),
                foreground(estimate),
                solution.map(s -> pose(s.objectToCamera())).orElse(null),
                new Quality(
                        solution.map(PnpSolution::inliers).orElse(0),
                        solution.map(PnpSolution::correspondences).orElse(0),
                        solution.map(PnpSolution::reprojectionError).orElse(0.0),
                        estimate.score()),
                false);
    }

    /** What the network believes, corrected by a pose that the frame confirms; what it saw where it was lost is left out. */
    static ObjectPredictions predictions(
            Estimate estimate, RefinedPose refined, ObjectModel object, CameraIntrinsics camera) {
        return new ObjectPredictions(
                estimate.objectId(),
                region(estimate.frameToCrop(), estimate.cropSize()),
                votes(MovedVotes.around(estimate.votes(), object.keypoints(), refined.objectToCamera(), camera)),
                estimate.pose().isPresent() ? foreground(estimate) : null,
                pose(refined.objectToCamera()),
                new Quality(refined.inliers(), refined.corners(), refined.reprojectionError(), refined.agreement()),
                true);
    }

    private static KeypointVotes votes(io.apprentice.pose.prediction.KeypointVotes votes) {
        return new KeypointVotes(votes.keypoints(), floats(votes.scores()), floats(votes.points()));
    }

    private static ForegroundMap foreground(Estimate estimate) {
        return new ForegroundMap(
                estimate.foregroundWidth(),
                estimate.foreground().length / estimate.foregroundWidth(),
                shares(estimate.foreground()));
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
