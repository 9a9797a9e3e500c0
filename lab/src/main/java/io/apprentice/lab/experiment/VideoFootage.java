package io.apprentice.lab.experiment;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.pose.image.RgbImage;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.recordings.bop.BopGroundTruth;
import io.apprentice.recordings.bop.BopPose;
import io.apprentice.recordings.calibration.CameraCalibration;
import io.apprentice.recordings.video.VideoDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A video with a {@code scene_gt.json} (BOP) whose image numbers are frame numbers of the video, from 0. The film runs
 * from the first to the last frame whose pose is known.
 */
public final class VideoFootage implements Footage {
    private static final Logger LOG = LoggerFactory.getLogger(VideoFootage.class);

    private final Path video;
    private final ObjectModel object;
    private final CameraIntrinsics camera;
    private final double framesPerSecond;
    private final SortedMap<Integer, PoseMatrix> truth = new TreeMap<>();

    /**
     * Opens a film.
     *
     * @param camera its calibration, of any format that is known
     * @param sceneGt the truth; entries with a low {@code zncc} do not count
     * @throws IOException if a file is missing or broken, or no pose is known
     */
    public VideoFootage(Path video, ObjectModel object, Path camera, Path sceneGt) throws IOException {
        this.video = video;
        this.object = object;
        try (VideoDecoder decoder = VideoDecoder.open(video)) {
            CameraCalibration calibration = CameraCalibration.read(camera, decoder.width(), decoder.height());
            calibration.notes().forEach(note -> LOG.warn("{}: {}", camera, note));
            this.camera = calibration.intrinsics();
            framesPerSecond = decoder.framesPerSecond();
        }
        for (Map.Entry<Integer, List<BopPose>> image :
                BopGroundTruth.read(sceneGt).entrySet()) {
            image.getValue().stream().findFirst().ifPresent(pose -> truth.put(image.getKey(), pose.published()));
        }
        if (truth.isEmpty()) {
            throw new IOException(sceneGt + ": expected a frame with a trusted pose, there is none");
        }
    }

    @Override
    public ObjectModel object() {
        return object;
    }

    @Override
    public CameraIntrinsics camera() {
        return camera;
    }

    @Override
    public int frames() {
        return truth.lastKey() + 1 - truth.firstKey();
    }

    @Override
    public double framesPerSecond() {
        return framesPerSecond;
    }

    @Override
    public Optional<PoseMatrix> truth(int frame) {
        return Optional.ofNullable(truth.get(truth.firstKey() + frame));
    }

    @Override
    public String id() {
        return object.id();
    }

    @Override
    public Reel open() throws IOException {
        VideoDecoder decoder = VideoDecoder.open(video);
        Reel reel = new Reel() {
            @Override
            public RgbImage next() throws IOException {
                RgbImage frame = RgbImage.black(decoder.width(), decoder.height());
                if (decoder.next(frame.rgb()) != VideoDecoder.Outcome.FRAME) {
                    throw new IOException(
                            "video %s: expected %d frames that can be read, as its ground truth has poses up to there"
                                    .formatted(video, truth.lastKey() + 1));
                }
                return frame;
            }

            @Override
            public void close() {
                decoder.close();
            }
        };
        try {
            for (int i = 0; i < truth.firstKey(); i++) {
                reel.next();
            }
        } catch (IOException | RuntimeException e) {
            reel.close();
            throw e;
        }
        return reel;
    }
}
