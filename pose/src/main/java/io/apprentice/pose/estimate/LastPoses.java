package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Se3;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where each object was last seen by each camera: a hint where to look next. Forgotten after some frames without it. Bounded.
 * Not thread-safe.
 */
public final class LastPoses {

    private static final int MOST = 4096;

    private record Key(String camera, String object) {}

    private record Seen(Se3 objectToCamera, int lost) {}

    private final int forgetAfter;
    private final Map<Key, Seen> seen = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
            return size() > MOST;
        }
    };

    /**
     * Forgets a pose after some frames in a row in which the object was not found.
     *
     * @param forgetAfter frames, at least 1; frames that are not noted do not count
     */
    public LastPoses(int forgetAfter) {
        this.forgetAfter = forgetAfter;
    }

    /** The hint, if the object was found recently. */
    public Optional<Se3> of(String camera, String object) {
        return Optional.ofNullable(seen.get(new Key(camera, object))).map(Seen::objectToCamera);
    }

    /** Takes note of what the newest frame showed; empty: not found. */
    public void update(String camera, String object, Optional<Se3> objectToCamera) {
        Key key = new Key(camera, object);
        if (objectToCamera.isPresent()) {
            seen.put(key, new Seen(objectToCamera.get(), 0));
        } else {
            seen.computeIfPresent(
                    key, (k, s) -> s.lost() + 1 >= forgetAfter ? null : new Seen(s.objectToCamera(), s.lost() + 1));
        }
    }
}
