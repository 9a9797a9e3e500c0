package io.apprentice.ingest;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.recordings.bop.BopGroundTruth;
import io.apprentice.recordings.bop.BopPose;
import io.apprentice.recordings.video.VideoDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames of a video. Beside a file, {@code camera.json} holds its intrinsics and {@code scene_gt.json} its true poses by
 * frame number, counted from 0 in the order of decoding.
 */
final class VideoSource implements Camera {

    private static final Logger LOG = LoggerFactory.getLogger(VideoSource.class);

    private final Path file;
    private final VideoDecoder decoder;
    private final CameraIntrinsics intrinsics;
    private final Map<Integer, List<BopPose>> truth;
    private final ObjectNames names;
    private final ImageSettings images;
    private final byte[] rgb;
    private int index;

    private VideoSource(
            Path file,
            VideoDecoder decoder,
            CameraIntrinsics intrinsics,
            Map<Integer, List<BopPose>> truth,
            ObjectNames names,
            ImageSettings images) {
        this.file = file;
        this.decoder = decoder;
        this.intrinsics = intrinsics;
        this.truth = truth;
        this.names = names.among(truth.values().stream().flatMap(List::stream));
        this.images = images;
        this.rgb = new byte[3 * decoder.width() * decoder.height()];
    }

    /**
     * Opens a video file.
     *
     * @throws IOException if the file or one beside it is missing or broken, naming it and what was expected
     */
    static VideoSource open(Path file, IntrinsicsChoice choice, ObjectNames names, ImageSettings images)
            throws IOException {
        VideoDecoder decoder = VideoDecoder.open(file);
        try {
            Path folder = file.toAbsolutePath().getParent();
            Path truthFile = folder.resolve("scene_gt.json");
            return new VideoSource(
                    file,
                    decoder,
                    choice.find(Stream.of(folder.resolve("camera.json")), decoder.width(), decoder.height()),
                    Files.exists(truthFile) ? BopGroundTruth.read(truthFile) : Map.of(),
                    names,
                    images);
        } catch (IOException | RuntimeException e) {
            decoder.close();
            throw e;
        }
    }

    @Override
    public double framesPerSecond() {
        return decoder.framesPerSecond();
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public Capture next() {
        VideoDecoder.Outcome outcome = decoder.next(rgb);
        if (outcome == VideoDecoder.Outcome.END) {
            if (index < decoder.declaredFrames()) {
                LOG.warn("{}: ended after {} of {} frames", file, index, decoder.declaredFrames());
            }
            return new Capture.End("");
        }
        int frame = index++;
        return outcome == VideoDecoder.Outcome.UNREADABLE
                ? new Capture.Unreadable("broken data in the video")
                : images.encode(
                        new RgbImage(decoder.width(), decoder.height(), rgb),
                        intrinsics,
                        names.poses(truth.getOrDefault(frame, List.of())));
    }

    @Override
    public void close() {
        decoder.close();
    }
}
