package io.apprentice.console;

import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.schemas.Frame;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.ImageEncoding;
import io.apprentice.schemas.KeypointVotes;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Quality;
import io.apprentice.schemas.Region;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.StudentRef;
import io.apprentice.schemas.StudentVotes;
import io.apprentice.schemas.TeacherRef;
import io.apprentice.wire.FrameMapping;
import java.time.Instant;
import java.util.List;

/** Records for tests; the frame of a sequence number has the offset of that number. */
final class Samples {

    private static final CameraIntrinsics CAMERA = new CameraIntrinsics(600, 600, 319.5, 239.5, 640, 480);
    private static final Pose AHEAD = new Pose(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.5);

    private Samples() {}

    static Frame frame(String camera, long sequence, int bytes) {
        return FrameMapping.toRecord(camera, sequence, Instant.EPOCH, ImageEncoding.JPEG, CAMERA, new byte[bytes]);
    }

    static PoseEstimate pose(String camera, long sequence, PoseStatus status) {
        return PoseEstimate.newBuilder()
                .setCameraId(camera)
                .setSequence(sequence)
                .setCapturedAt(Instant.EPOCH)
                .setEstimatedAt(Instant.now())
                .setFrameRef(new FrameRef(0, sequence))
                .setObjectId("parcel")
                .setStatus(status)
                .setObjectToCamera(status == PoseStatus.ESTIMATED ? AHEAD : null)
                .setScore(0.5)
                .setInliers(10)
                .setReprojectionError(1)
                .setStudent(new StudentRef("student", 3L))
                .build();
    }

    static StudentPredictions cloud(String camera, long sequence) {
        return new StudentPredictions(
                camera,
                sequence,
                Instant.EPOCH,
                new FrameRef(0, sequence),
                "student",
                3L,
                List.of(new StudentVotes("parcel", new KeypointVotes(1, List.of(0.4f), List.of(11f, 22f)))));
    }

    static LocalPredictions label(String camera, long sequence) {
        return new LocalPredictions(
                camera,
                sequence,
                Instant.EPOCH,
                new FrameRef(0, sequence),
                new TeacherRef("teacher", 2L, ""),
                List.of(new ObjectPredictions(
                        "parcel",
                        new Region(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 64),
                        new KeypointVotes(1, List.of(0.9f), List.of(10f, 20f)),
                        null,
                        AHEAD,
                        new Quality(10, 10, 0.5, 0.9),
                        false,
                        null)));
    }
}
