package io.apprentice.pose.teacher;

import io.apprentice.pose.object.ObjectModel;
import java.util.Optional;

/**
 * A teacher that gives one pose per object. The teacher service finds it by {@link java.util.ServiceLoader} and makes
 * labels of its poses ({@link PoseLabels}), so its class is public, has a constructor without arguments, and is named in
 * {@code META-INF/services/io.apprentice.pose.teacher.PoseTeacher}. One thread calls it.
 */
public interface PoseTeacher extends AutoCloseable {

    /** Its name, as in {@code --teacher java:NAME} and in its labels; not blank. */
    String id();

    /** Its version in its labels, from 0. */
    default long version() {
        return 0;
    }

    /**
     * Looks at one frame for one object.
     *
     * @return empty if the object is not seen
     * @throws RuntimeException if the frame cannot be processed: it becomes a dead letter, and the next one follows
     */
    Optional<TaughtPose> estimate(TeacherView view, ObjectModel object);

    /** Called once, after the last frame. */
    @Override
    default void close() {}
}
