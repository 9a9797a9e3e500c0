package io.apprentice.app.doctor;

import io.apprentice.app.live.ApprenticeSettings;
import io.apprentice.app.live.Networks;
import io.apprentice.app.live.Networks.Role;
import io.apprentice.app.terminal.Failures;
import io.apprentice.lab.ObjectNetworks;
import io.apprentice.pose.network.NetworkFile;
import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.teacher.TeacherSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of teacher and starting student. */
final class NetworkFiles {

    private NetworkFiles() {}

    static List<Finding> look(ApprenticeSettings settings, List<ObjectModel> objects) {
        TeacherSource source = settings.teacher().source();
        return List.of(
                source.kind() == TeacherSource.Kind.NETWORK
                        ? look(Role.TEACHER, settings.teacher().weights(), objects)
                        : Finding.fine(Role.TEACHER.lowerCase(), source.toString(), Map.of()),
                look(Role.STUDENT, settings.student().weights(), objects));
    }

    private static Finding look(Role role, Path named, List<ObjectModel> objects) {
        String what = role.lowerCase();
        Map<String, Object> facts = new LinkedHashMap<>();
        Optional<Path> found;
        try {
            found = Networks.find(role, named, objects);
        } catch (IOException e) {
            return Finding.toDo(what, "a network that comes with the project", facts, Failures.explain(e));
        }
        if (found.isEmpty()) {
            List<String> ids = objects.stream().map(ObjectModel::id).toList();
            return Finding.fine(
                    what, "none knows %s yet: 'up' fits one first, 'fit' a better one".formatted(ids), facts);
        }
        Path file = found.get();
        facts.put("file", file.toString());
        try {
            NetworkFile network = NetworkFile.read(file);
            NetworkWeights weights = ObjectNetworks.read(file, objects);
            facts.put("sha256", network.sha256());
            facts.put("architecture", weights.architecture().name());
            facts.put("objects", weights.objects());
            facts.put("crop_size", weights.cropSize());
            return Finding.fine(
                    what,
                    "%s, %s, knows %s, crops of %d pixels, sha256 %s…"
                            .formatted(
                                    file,
                                    weights.architecture().name(),
                                    String.join(", ", weights.objects()),
                                    weights.cropSize(),
                                    network.sha256().substring(0, 8)),
                    facts);
        } catch (IOException | RuntimeException e) {
            return Finding.toDo(
                    what,
                    file.toString(),
                    facts,
                    Failures.explain(e) + "; 'apprentice fit' makes one for these objects");
        }
    }
}
