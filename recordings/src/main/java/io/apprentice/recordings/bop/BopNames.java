package io.apprentice.recordings.bop;

import io.apprentice.pose.object.BopModels;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which configured object a BOP number means. */
public final class BopNames {

    private BopNames() {}

    /**
     * Number to id: the object whose id is that number, else the one whose mesh file is named after it,
     * {@code obj_000005.ply}, else the only object if there is only one number and one object.
     *
     * @param objects id to mesh file or {@code builtin:NAME}
     * @param numbers those that a source names
     * @return without the numbers that mean no configured object
     */
    public static Map<Integer, String> of(Map<String, String> objects, Set<Integer> numbers) {
        Map<Integer, String> found = new HashMap<>();
        numbers.forEach(number -> named(objects, number).ifPresent(id -> found.put(number, id)));
        if (found.isEmpty() && numbers.size() == 1 && objects.size() == 1) {
            found.put(numbers.iterator().next(), objects.keySet().iterator().next());
        }
        return Map.copyOf(found);
    }

    private static Optional<String> named(Map<String, String> objects, int number) {
        String id = Integer.toString(number);
        if (objects.containsKey(id)) {
            return Optional.of(id);
        }
        String stem = BopModels.name(number) + ".";
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
}
