package io.apprentice.teacher;

import io.apprentice.pose.geometry.Se3;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where each object was last seen by each camera: a hint where to look next. Bounded. Not thread-safe. */
final class LastPoses {

    private static final int MOST = 4096;

    private record Key(String camera, String object) {}

    private final Map<Key, Se3> seen = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Se3> eldest) {
            return size() > MOST;
        }
    };

    /** The hint, if the object was found in the newest labelled frame. */
    Optional<Se3> of(String camera, String object) {
        return Optional.ofNullable(seen.get(new Key(camera, object)));
    }

    /** Takes note of what the newest labelled frame showed; empty: not found, so that the next search is over the whole frame. */
    void update(String camera, String object, Optional<Se3> objectToCamera) {
        Key key = new Key(camera, object);
        objectToCamera.ifPresentOrElse(pose -> seen.put(key, pose), () -> seen.remove(key));
    }
}
