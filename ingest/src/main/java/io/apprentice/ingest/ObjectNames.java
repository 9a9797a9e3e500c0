package io.apprentice.ingest;

import io.apprentice.recordings.bop.BopNames;
import io.apprentice.recordings.bop.BopPose;
import io.apprentice.scene.TruePose;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configured objects that a source's ground truth shows; {@link BopNames} says which is which. */
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
        return new ObjectNames(objects, BopNames.of(objects, numbers));
    }

    /** The poses of configured objects; others are left out. */
    List<TruePose> poses(List<BopPose> truth) {
        return truth.stream()
                .filter(pose -> byNumber.containsKey(pose.objectId()))
                .map(pose -> new TruePose(byNumber.get(pose.objectId()), pose.objectToCamera(), pose.visibleFraction()))
                .toList();
    }
}
