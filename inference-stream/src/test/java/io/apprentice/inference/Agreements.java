package io.apprentice.inference;

import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.LocalPredictions;
import io.apprentice.schemas.ObjectPredictions;
import io.apprentice.schemas.Pose;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.PoseStatus;
import io.apprentice.schemas.Quality;
import io.apprentice.schemas.Region;
import io.apprentice.schemas.StudentRef;
import io.apprentice.schemas.TeacherRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Answers and labels of a parcel for tests: straight ahead, at some distance. */
final class Agreements {

    private Agreements() {}

    /** Without a turn. */
    static Pose at(double z) {
        return new Pose(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, z);
    }

    /** The teacher's label of a frame: the parcel lies {@code z} metres ahead. */
    static LocalPredictions label(long offset, double z) {
        return new LocalPredictions(
                "left",
                offset,
                Instant.EPOCH,
                new FrameRef(0, offset),
                new TeacherRef("teacher", 2L, ""),
                List.of(new ObjectPredictions(
                        "parcel",
                        new Region(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 64),
                        new io.apprentice.schemas.KeypointVotes(8, List.of(), List.of()),
                        null,
                        at(z),
                        new Quality(10, 10, 0.5, 0.9),
                        false,
                        null)));
    }

    /** A student's answer to the same frame. */
    static Answers answer(long offset, long version, PoseStatus status, Pose pose) {
        return new Answers(
                List.of(PoseEstimate.newBuilder()
                        .setCameraId("left")
                        .setSequence(offset)
                        .setCapturedAt(Instant.EPOCH)
                        .setEstimatedAt(Instant.EPOCH)
                        .setFrameRef(new FrameRef(0, offset))
                        .setObjectId("parcel")
                        .setStatus(status)
                        .setObjectToCamera(pose)
                        .setScore(0)
                        .setInliers(0)
                        .setReprojectionError(0)
                        .setStudent(new StudentRef("student", version))
                        .build()),
                List.of(new GroundTruth("parcel", at(0.5), 1.0)),
                Map.of("parcel", new KeypointVotes(1, new float[] {0.5f}, new float[] {offset, 2})));
    }
}
