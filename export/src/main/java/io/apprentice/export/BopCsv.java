package io.apprentice.export;

import io.apprentice.pose.geometry.PoseMatrix;
import io.apprentice.recordings.bop.BopResult;
import io.apprentice.recordings.bop.BopResults;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.wire.PoseMapping;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * BOP results. A scene is a camera, an image a frame's sequence number. BOP wants one time an image: from the frame's
 * arrival to its last pose, so the poses of a camera's newest frame wait until its next.
 */
final class BopCsv implements Recording {

    private final OutputStream out;
    private final Numbers scenes = new Numbers(Map.of());
    private final Numbers objects;
    /** By camera. */
    private final Map<String, Image> newest = new TreeMap<>();

    private record Image(long sequence, Instant arrival, List<PoseEstimate> poses) {}

    BopCsv(OutputStream out, Map<String, String> meshes) throws IOException {
        this.out = out;
        objects = new Numbers(meshes);
        line(BopResults.HEADER);
    }

    @Override
    public void pose(PoseEstimate pose, Instant arrival) throws IOException {
        Image image = newest.get(pose.getCameraId());
        if (image == null || image.sequence() != pose.getSequence()) {
            if (image != null) {
                write(image);
            }
            image = new Image(pose.getSequence(), arrival, new ArrayList<>());
            newest.put(pose.getCameraId(), image);
        }
        image.poses().add(pose);
    }

    private void write(Image image) throws IOException {
        Instant last = image.poses().stream()
                .map(PoseEstimate::getEstimatedAt)
                .max(Instant::compareTo)
                .orElseThrow();
        for (PoseEstimate pose : image.poses()) {
            line(BopResults.row(new BopResult(
                    scenes.of(pose.getCameraId()),
                    Math.toIntExact(image.sequence()),
                    objects.of(pose.getObjectId()),
                    pose.getScore(),
                    PoseMatrix.of(PoseMapping.fromRecord(pose.getObjectToCamera())),
                    Duration.between(image.arrival(), last).toNanos() / 1e9)));
        }
    }

    private void line(String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<String> finish() throws IOException {
        for (Image image : newest.values()) {
            write(image);
        }
        List<String> said = new ArrayList<>();
        scenes.given().forEach((camera, number) -> said.add("scene_id %d is camera %s".formatted(number, camera)));
        said.add("im_id is the frame's sequence number");
        objects.given().forEach((object, number) -> said.add("obj_id %d is object %s".formatted(number, object)));
        return said;
    }
}
