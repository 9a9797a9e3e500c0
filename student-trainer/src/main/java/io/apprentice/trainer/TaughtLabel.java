package io.apprentice.trainer;

import io.apprentice.pose.label.Label;
import io.apprentice.schemas.FrameRef;
import io.apprentice.schemas.TeacherRef;

/**
 * A label with where it is from.
 *
 * @param camera of its frame
 */
record TaughtLabel(Label label, String camera, TeacherRef teacher, FrameRef frame) {}
