package io.apprentice.pose.estimate;

import io.apprentice.pose.geometry.Se3;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last pose of each object per camera, as a hint for the next frame. A pose is forgotten after some frames without
 * the object. The number of poses is bounded. Not thread-safe.
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
     * A memory that forgets a pose after some consecutive frames in which the object was not found.
     *
     * @param forgetAfter frames, at least 1; only frames passed to {@link #update} count
     */
    public LastPoses(int forgetAfter) {
        this.forgetAfter = forgetAfter;
    }

    /** The last pose, if the object was found recently. */
    public Optional<Se3> of(String camera, String object) {
        return Optional.ofNullable(seen.get(new Key(camera, object))).map(Seen::objectToCamera);
    }

    /** Records the pose in the newest frame; empty if the object was not found. */
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
