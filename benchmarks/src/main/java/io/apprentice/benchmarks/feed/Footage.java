package io.apprentice.benchmarks.feed;

import io.apprentice.pose.estimate.Estimate;
import io.apprentice.pose.estimate.LastPoses;
import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.pose.estimate.Workers;
import io.apprentice.pose.geometry.ProjectedBox;
import io.apprentice.pose.image.ImageCodec;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.network.TorchRuntime;
import io.apprentice.pose.network.WdrNet;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.SceneSettings;
import io.apprentice.scene.SyntheticCamera;
import io.apprentice.scene.SyntheticFrame;
import io.apprentice.scene.parcel.Parcel;
import io.apprentice.schemas.Detection;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.wire.DecodedFrame;
import io.apprentice.wire.FrameMapping;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Some seconds of the synthetic camera, 640 x 480, each with the parcel's box, and what the parcel's teacher says. */
final class Footage {

    static final ObjectModel PARCEL = Parcel.model();
    static final int FRAMES = 64;
    private static final int QUALITY = 90;

    final NetworkWeights weights;
    final List<Frame> frames = new ArrayList<>();
    final List<DecodedFrame> decoded = new ArrayList<>();
    final List<Estimate> estimates;
    final RecordedNetwork network = RecordedNetwork.empty();

    Footage(Path teacher) throws IOException {
        weights = NetworkWeights.read(teacher);
        SyntheticCamera camera = new SyntheticCamera(List.of(PARCEL), SceneSettings.of(3));
        for (int i = 0; i < FRAMES; i++) {
            frames.add(detected(camera.frame(i), i));
            decoded.add(DecodedFrame.of(frames.get(i)));
        }
        try (PoseEstimator estimator = new PoseEstimator(
                weights,
                List.of(PARCEL),
                w -> network.recording(new WdrNet(w, TorchRuntime.fastestPrecision())),
                Workers.none())) {
            estimates = decoded.stream()
                    .flatMap(
                            frame -> estimator
                                    .estimate(frame.queries(List.of(PARCEL.id()), weights.cropSize(), new LastPoses(1)))
                                    .stream())
                    .toList();
            for (Frame frame : frames) {
                DecodedFrame plain = DecodedFrame.of(of("", frame.getSequence(), frame, false));
                estimator.estimate(plain.queries(List.of(PARCEL.id()), weights.cropSize(), new LastPoses(1)));
            }
        }
    }

    private static Frame detected(SyntheticFrame seen, long sequence) {
        ProjectedBox box = ProjectedBox.of(
                        PARCEL.keypoints(), seen.truth().get(0).objectToCamera(), seen.intrinsics())
                .orElseThrow();
        Frame frame = FrameMapping.toRecord(
                "",
                sequence,
                Instant.EPOCH,
                ImageEncoding.JPEG,
                seen.intrinsics(),
                ImageCodec.encodeJpeg(seen.image(), QUALITY));
        double width = box.right() - box.left();
        frame.setDetections(
                List.of(new Detection(PARCEL.id(), box.left(), box.top(), width, box.bottom() - box.top(), 0.9)));
        return frame;
    }

    /** A frame as that of another camera. */
    static Frame of(String camera, long sequence, Frame frame, boolean detected) {
        return Frame.newBuilder(frame)
                .setCameraId(camera)
                .setSequence(sequence)
                .setDetections(detected ? frame.getDetections() : List.of())
                .build();
    }

    /** Goes there and back, so that the object never jumps. */
    Frame at(long number) {
        int there = (int) (number % (2 * FRAMES - 2));
        return frames.get(there < FRAMES ? there : 2 * FRAMES - 2 - there);
    }
}
