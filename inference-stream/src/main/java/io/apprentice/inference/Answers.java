package io.apprentice.inference;

import io.apprentice.schemas.GroundTruth;
import io.apprentice.schemas.PoseEstimate;
import java.util.List;

/** What the student said about one frame, and what is true if that is known; both are of the same frame. */
record Answers(List<PoseEstimate> poses, List<GroundTruth> truth) {}
