package io.apprentice.teacher;

import io.apprentice.pose.estimate.PoseEstimator;
import io.apprentice.schemas.TeacherRef;

/** A version of the teacher, ready to look. */
record TeacherVersion(TeacherRef ref, PoseEstimator estimator) implements AutoCloseable {

    @Override
    public void close() {
        estimator.close();
    }
}
