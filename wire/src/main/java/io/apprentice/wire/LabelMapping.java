package io.apprentice.wire;

import io.apprentice.pose.code.SurfaceCodebook;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.label.ForegroundMap;
import io.apprentice.pose.label.Label;
import io.apprentice.pose.label.LabelQuality;
import io.apprentice.pose.label.LabelReference;
import io.apprentice.pose.label.ObjectLabel;
import io.apprentice.pose.network.WdrNetArchitecture;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.SurfaceCodes;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.Quality;
import io.apprentice.schemas.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A teacher's label of a frame. The frame's ground truth is not read. */
public final class LabelMapping {

    private static final int KEYPOINTS = WdrNetArchitecture.KEYPOINTS;
    private static final float FARTHEST_VOTE = 1e6f;

    private LabelMapping() {}

    /**
     * The record of a teacher's label of one object.
     *
     * @param refined whether the frame confirmed the pose
     */
    public static ObjectPredictions toRecord(ObjectLabel label, boolean refined) {
        Affine2 m = label.frameToCrop();
        LabelQuality quality = label.quality();
        return new ObjectPredictions(
                label.objectId(),
                new Region(m.a(), m.b(), m.c(), m.d(), m.e(), m.f(), label.cropSize()),
                toRecord(label.predictions()),
                label.foreground().map(LabelMapping::foreground).orElse(null),
                label.objectToCamera().map(PoseMapping::toRecord).orElse(null),
                new Quality(quality.inliers(), quality.correspondences(), quality.reprojectionError(), quality.score()),
                refined,
                null);
    }

    /** The record of votes. */
    public static io.apprentice.schemas.KeypointVotes toRecord(KeypointVotes votes) {
        return new io.apprentice.schemas.KeypointVotes(
                votes.keypoints(), floats(votes.scores()), floats(votes.points()));
    }

    /**
     * Joins a teacher's label with the frame that it labels.
     *
     * @throws IOException if the frame cannot be decoded, the records contradict each other, or a number of the label is
     *     impossible; the message names what was expected
     */
    public static Label fromRecords(LabelReference reference, LocalPredictions predictions, Frame frame)
            throws IOException {
        if (frame.getSequence() != predictions.getSequence()
                || !frame.getCameraId().equals(predictions.getCameraId())) {
            throw new IOException("frame_ref: expected frame %d of camera '%s', found frame %d of camera '%s'"
                    .formatted(
                            predictions.getSequence(),
                            predictions.getCameraId(),
                            frame.getSequence(),
                            frame.getCameraId()));
        }
        DecodedFrame decoded = DecodedFrame.of(frame);
        try {
            return new Label(
                    reference,
                    decoded.image(),
                    decoded.intrinsics(),
                    predictions.getObjects().stream()
                            .map(LabelMapping::fromRecord)
                            .toList());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ObjectLabel fromRecord(ObjectPredictions object) {
        Region region = object.getRegion();
        Quality quality = object.getQuality();
        Pose given = object.getObjectToCamera();
        Optional<Se3> pose = Optional.ofNullable(given).flatMap(PoseMapping::possible);
        require(given == null || pose.isPresent(), object, "a finite pose at most 1,000 km away", given);
        require(
                Double.isFinite(quality.getReprojectionError()) && Double.isFinite(quality.getScore()),
                object,
                "a finite quality",
                quality);
        return new ObjectLabel(
                object.getObjectId(),
                new Affine2(region.getA(), region.getB(), region.getC(), region.getD(), region.getE(), region.getF()),
                region.getSize(),
                predictions(object),
                pose,
                new LabelQuality(
                        quality.getInliers(),
                        quality.getCorrespondences(),
                        quality.getReprojectionError(),
                        quality.getScore()),
                Optional.ofNullable(object.getForeground()).map(LabelMapping::foreground));
    }

    private static Object toRecord(io.apprentice.pose.prediction.LocalPredictions predictions) {
        if (predictions instanceof SurfaceCodes codes) {
            return new io.apprentice.schemas.SurfaceCodes(
                    codes.bits(), floats(codes.scores()), floats(codes.points()), List.of(), shares(codes.codes()));
        }
        return toRecord((KeypointVotes) predictions);
    }

    private static io.apprentice.pose.prediction.LocalPredictions predictions(ObjectPredictions object) {
        if (object.getPredictions() instanceof io.apprentice.schemas.SurfaceCodes codes) {
            requireProbabilities(codes.getScores(), object, "scores");
            requireProbabilities(codes.getCodes(), object, "codes");
            requirePixels(codes.getPositions(), object, "positions");
            int bits = codes.getDimension();
            require(
                    bits >= SurfaceCodebook.FEWEST_BITS && bits <= SurfaceCodebook.MOST_BITS,
                    object,
                    "codes of %d to %d bits".formatted(SurfaceCodebook.FEWEST_BITS, SurfaceCodebook.MOST_BITS),
                    bits);
            float[] probabilities = codes.getProbabilities().hasRemaining()
                    ? probabilities(codes.getProbabilities())
                    : floats(codes.getCodes());
            return new SurfaceCodes(bits, floats(codes.getScores()), floats(codes.getPositions()), probabilities);
        }
        if (object.getPredictions() instanceof io.apprentice.schemas.KeypointVotes votes) {
            require(votes.getKeypoints() == KEYPOINTS, object, KEYPOINTS + " keypoints", votes.getKeypoints());
            requireProbabilities(votes.getScores(), object, "scores");
            requirePixels(votes.getPoints(), object, "votes");
            return new KeypointVotes(KEYPOINTS, floats(votes.getScores()), floats(votes.getPoints()));
        }
        throw new IllegalArgumentException("predictions of '%s': expected KeypointVotes or SurfaceCodes, got %s"
                .formatted(
                        object.getObjectId(), object.getPredictions().getClass().getSimpleName()));
    }

    private static void requireProbabilities(List<Float> values, ObjectPredictions object, String what) {
        require(values.stream().allMatch(p -> p >= 0 && p <= 1), object, what + " from 0 to 1", "others");
    }

    /** Losses are squares of these. */
    private static void requirePixels(List<Float> values, ObjectPredictions object, String what) {
        require(
                values.stream().allMatch(p -> Math.abs(p) <= FARTHEST_VOTE),
                object,
                "finite %s, at most %.0f pixels from the frame".formatted(what, FARTHEST_VOTE),
                "others");
    }

    /** A label may come from anyone, and numbers such as these would end a training. */
    private static void require(boolean holds, ObjectPredictions object, String expected, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "label of '%s': expected %s, got %s".formatted(object.getObjectId(), expected, got));
        }
    }

    private static io.apprentice.schemas.ForegroundMap foreground(ForegroundMap map) {
        return new io.apprentice.schemas.ForegroundMap(map.width(), map.height(), shares(map.probabilities()));
    }

    private static ByteBuffer shares(float[] probabilities) {
        byte[] shares = new byte[probabilities.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (byte) Math.round(255 * Math.min(1, Math.max(0, probabilities[i])));
        }
        return ByteBuffer.wrap(shares);
    }

    private static ForegroundMap foreground(io.apprentice.schemas.ForegroundMap map) {
        return new ForegroundMap(map.getWidth(), map.getHeight(), probabilities(map.getValues()));
    }

    private static float[] probabilities(ByteBuffer shares) {
        byte[] bytes = Bytes.of(shares);
        float[] probabilities = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            probabilities[i] = (bytes[i] & 255) / 255f;
        }
        return probabilities;
    }

    private static List<Float> floats(float[] values) {
        List<Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static float[] floats(List<Float> list) {
        float[] floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = list.get(i);
        }
        return floats;
    }
}
