package io.apprentice.inference;

import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.PoseEstimate;
import io.apprentice.schemas.StudentPredictions;
import io.apprentice.schemas.StudentVotes;
import io.apprentice.wire.LabelMapping;
import java.util.Map;
import java.util.Optional;

/**
 * The student's votes for the newest frames, until their labels come: a sample of them goes beside the teacher's. Whether a
 * frame is in the sample follows from records alone: it is labelled, and the first of its camera in a second.
 */
final class StudentClouds {

    private static final int MOST_FRAMES = 300;
    private static final int MOST_CAMERAS = 10_000;

    private final Map<FrameRef, Map<String, KeypointVotes>> waiting = new Newest<>(MOST_FRAMES);
    private final Map<String, Long> seconds = new Newest<>(MOST_CAMERAS);

    /** A frame has been answered. */
    void keep(Answers given) {
        if (!given.votes().isEmpty()) {
            waiting.put(given.poses().get(0).getFrameRef(), given.votes());
        }
    }

    /** The votes for a frame that has been answered and labelled now, if it is in the sample. */
    Optional<StudentPredictions> labelled(PoseEstimate answer, long timestampMillis) {
        Map<String, KeypointVotes> votes = waiting.remove(answer.getFrameRef());
        long second = Math.floorDiv(timestampMillis, 1000L);
        if (votes == null || second <= seconds.getOrDefault(answer.getCameraId(), Long.MIN_VALUE)) {
            return Optional.empty();
        }
        seconds.put(answer.getCameraId(), second);
        return Optional.of(new StudentPredictions(
                answer.getCameraId(),
                answer.getSequence(),
                answer.getCapturedAt(),
                answer.getFrameRef(),
                answer.getStudent().getId(),
                answer.getStudent().getVersion(),
                votes.entrySet().stream()
                        .map(of -> new StudentVotes(of.getKey(), LabelMapping.toRecord(of.getValue())))
                        .toList()));
    }
}
