package io.apprentice.trainer;

import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.label.ForegroundMap;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.Intrinsics;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.Quality;
import io.apprentice.schemas.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** From the topics' records to what the training takes. The frame's ground truth is not read. */
final class LabelMapping {

    private LabelMapping() {}

    /**
     * Joins what the teacher believes with the frame that it looked at.
     *
     * @throws IOException if the image cannot be read, or the records contradict each other; the message names what was expected
     */
    static Label label(LabelReference reference, LocalPredictions predictions, Frame frame) throws IOException {
        if (frame.getSequence() != predictions.getSequence()
                || !frame.getCameraId().equals(predictions.getCameraId())) {
            throw new IOException("frame_ref: expected frame %d of camera '%s', found frame %d of camera '%s'"
                    .formatted(
                            predictions.getSequence(),
                            predictions.getCameraId(),
                            frame.getSequence(),
                            frame.getCameraId()));
        }
        byte[] image = bytes(frame.getImage());
        try {
            return new Label(
                    reference,
                    ImageCodec.decode(image),
                    intrinsics(frame.getIntrinsics()),
                    predictions.getObjects().stream().map(LabelMapping::object).toList());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ObjectLabel object(ObjectPredictions object) {
        Region region = object.getRegion();
        Quality quality = object.getQuality();
        return new ObjectLabel(
                object.getObjectId(),
                new Affine2(region.getA(), region.getB(), region.getC(), region.getD(), region.getE(), region.getF()),
                region.getSize(),
                votes(object),
                Optional.ofNullable(object.getObjectToCamera()).map(LabelMapping::pose),
                new LabelQuality(
                        quality.getInliers(),
                        quality.getCorrespondences(),
                        quality.getReprojectionError(),
                        quality.getScore()),
                Optional.ofNullable(object.getForeground())
                        .map(f -> new ForegroundMap(f.getWidth(), f.getHeight(), probabilities(bytes(f.getValues())))));
    }

    private static KeypointVotes votes(ObjectPredictions object) {
        if (object.getPredictions() instanceof io.apprentice.schemas.KeypointVotes votes) {
            return new KeypointVotes(votes.getKeypoints(), floats(votes.getScores()), floats(votes.getPoints()));
        }
        throw new IllegalArgumentException("predictions of '%s': expected KeypointVotes, got %s"
                .formatted(
                        object.getObjectId(), object.getPredictions().getClass().getSimpleName()));
    }

    private static Se3 pose(Pose pose) {
        return new Se3(
                new Quaternion(pose.getQx(), pose.getQy(), pose.getQz(), pose.getQw()),
                new Vec3(pose.getTx(), pose.getTy(), pose.getTz()));
    }

    private static CameraIntrinsics intrinsics(Intrinsics k) {
        return new CameraIntrinsics(
                k.getFx(), k.getFy(), k.getCx(), k.getCy(), k.getWidth(), k.getHeight(), k.getDistortion());
    }

    private static float[] probabilities(byte[] values) {
        float[] probabilities = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            probabilities[i] = (values[i] & 255) / 255f;
        }
        return probabilities;
    }

    private static float[] floats(List<Float> list) {
        float[] floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = list.get(i);
        }
        return floats;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
