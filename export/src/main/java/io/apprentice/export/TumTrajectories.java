package io.apprentice.export;

import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * TUM trajectories: a file per camera and object, {@code CAMERA,OBJECT.txt}, a line per pose: capture time in seconds,
 * then the object's position in the camera's frame in metres, then its quaternion.
 *
 * @see "TUM RGB-D benchmark, file formats, https://cvg.cit.tum.de/data/datasets/rgbd-dataset/file_formats"
 */
final class TumTrajectories implements Recording {

    private static final String HEADER = "# timestamp tx ty tz qx qy qz qw\n";
    private final Drafts drafts;
    private final Path folder;
    private final Map<Path, OutputStream> files = new HashMap<>();

    TumTrajectories(Drafts drafts, Path folder) {
        this.drafts = drafts;
        this.folder = folder;
    }

    @Override
    public void pose(PoseEstimate pose, Instant arrival) throws IOException {
        Path path = folder.resolve(word(pose.getCameraId()) + "," + word(pose.getObjectId()) + ".txt");
        OutputStream file = files.get(path);
        if (file == null) {
            file = drafts.open(path);
            file.write(HEADER.getBytes(StandardCharsets.UTF_8));
            files.put(path, file);
        }
        file.write(line(pose).getBytes(StandardCharsets.UTF_8));
    }

    /** A name as a part of a file's, one to one: it has no comma and no slash. */
    private static String word(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static String line(PoseEstimate estimate) {
        Pose p = estimate.getObjectToCamera();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, estimate.getCapturedAt());
        return String.format(Locale.ROOT, "%d.%06d ", micros / 1_000_000, micros % 1_000_000)
                + "%s %s %s %s %s %s %s%n"
                        .formatted(p.getTx(), p.getTy(), p.getTz(), p.getQx(), p.getQy(), p.getQz(), p.getQw());
    }
}
