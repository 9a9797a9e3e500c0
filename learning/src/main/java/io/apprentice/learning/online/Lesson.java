package io.apprentice.learning.online;

import io.apprentice.learning.guard.Agreement;
import io.apprentice.learning.step.StepLosses;
import java.util.List;
import java.util.Optional;

/**
 * What came of one label.
 *
 * @param steps the steps done; none if nothing could be learnt from the label or no step was due
 * @param agreement of the version in use with the label, before anything was learnt from it; empty without a guard, or
 *     if no pose of the label passed the gate
 */
public record Lesson(List<StepLosses> steps, Optional<Agreement> agreement) {}
