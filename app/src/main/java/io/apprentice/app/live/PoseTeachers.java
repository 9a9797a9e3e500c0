package io.apprentice.app.live;

import io.apprentice.lab.UserError;
import io.apprentice.pose.teacher.PoseTeacher;
import io.apprentice.recordings.bop.ResultsTeacher;
import io.apprentice.teacher.TeacherSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Teachers of ours that are not networks. */
public final class PoseTeachers {
    private static final Logger LOG = LoggerFactory.getLogger(PoseTeachers.class);

    private PoseTeachers() {}

    /**
     * Opens the teacher that the settings name.
     *
     * @param objects the configured objects, id to specification
     * @return empty if a network teaches, or another program
     * @throws IOException if a file of results is missing or broken
     * @throws UserError if no class of that name is on the class path
     */
    public static Optional<PoseTeacher> open(TeacherSource source, Map<String, String> objects) throws IOException {
        return switch (source.kind()) {
            case NETWORK, EXTERNAL -> Optional.empty();
            case RESULTS -> Optional.of(ResultsTeacher.read(Path.of(source.name()), objects, LOG::warn));
            case JAVA -> Optional.of(named(source.name()));
        };
    }

    private static PoseTeacher named(String id) {
        List<PoseTeacher> all = ServiceLoader.load(PoseTeacher.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return all.stream()
                .filter(teacher -> teacher.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new UserError(
                        "--teacher java:%s: expected one of %s; APPRENTICE_CLASSPATH=your.jar puts yours on the class path"
                                .formatted(id, all.stream().map(PoseTeacher::id).toList())));
    }
}
