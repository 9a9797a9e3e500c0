package io.apprentice.ingest;

import io.apprentice.recordings.bop.BopPose;
import io.apprentice.scene.TruePose;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Maps a BOP number to a configured object: the one whose id is that number, else the one whose mesh file is named
 * after it, {@code obj_000005.ply}, else the only object if there is only one number and one object.
 */
final class ObjectNames {

    private final Map<String, String> objects;
    private final Map<Integer, String> byNumber;

    private ObjectNames(Map<String, String> objects, Map<Integer, String> byNumber) {
        this.objects = objects;
        this.byNumber = byNumber;
    }

    /** The names of configured objects, id to mesh file or {@code builtin:NAME}. */
    static ObjectNames of(Map<String, String> objects) {
        return new ObjectNames(Map.copyOf(objects), Map.of());
    }

    /** The names for a source whose ground truth names only these objects. */
    ObjectNames among(Stream<BopPose> truth) {
        Set<Integer> numbers = truth.map(BopPose::objectId).collect(Collectors.toSet());
        Map<Integer, String> found = new HashMap<>();
        numbers.forEach(number -> named(number).ifPresent(id -> found.put(number, id)));
        if (found.isEmpty() && numbers.size() == 1 && objects.size() == 1) {
            found.put(numbers.iterator().next(), objects.keySet().iterator().next());
        }
        return new ObjectNames(objects, Map.copyOf(found));
    }

    private Optional<String> named(int number) {
        String id = Integer.toString(number);
        if (objects.containsKey(id)) {
            return Optional.of(id);
        }
        String stem = String.format(Locale.ROOT, "obj_%06d.", number);
        return objects.entrySet().stream()
                .filter(object -> fileName(object.getValue()).startsWith(stem))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
    }

    private static String fileName(String spec) {
        Path name = Path.of(spec).getFileName();
        return name == null ? "" : name.toString();
    }

    /** The poses of configured objects; others are left out. */
    List<TruePose> poses(List<BopPose> truth) {
        return truth.stream()
                .filter(pose -> byNumber.containsKey(pose.objectId()))
                .map(pose -> new TruePose(byNumber.get(pose.objectId()), pose.objectToCamera(), pose.visibleFraction()))
                .toList();
    }
}
