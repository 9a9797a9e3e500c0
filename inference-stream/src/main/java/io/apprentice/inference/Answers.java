package io.apprentice.inference;

import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.PoseEstimate;
import java.util.List;
import java.util.Map;

/**
 * What the student said about one frame, and what is true if that is known; all are of the same frame.
 *
 * @param votes by object; empty if the student did not look
 */
record Answers(List<PoseEstimate> poses, List<GroundTruth> truth, Map<String, KeypointVotes> votes) {}
